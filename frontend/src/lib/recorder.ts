/** The microphone and one recording at a time: MediaRecorder with Opus in whatever container the browser has. */

export interface AudioChunk {
  position: number;
  bytes: ArrayBuffer;
}

export interface Recording {
  media_type: string;
  /** When recording really began, on the clock of `performance.now()`. */
  started_at_ms: number;
  stop: () => Promise<void>;
}

export type MicrophoneProblem = 'refused' | 'missing' | 'busy' | 'unsupported';

export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(WORDS[problem]);
    this.name = 'MicrophoneError';
  }
}

const WORDS: Record<MicrophoneProblem, string> = {
  refused:
    'The microphone is not allowed for this page. Press the lock or microphone sign beside the address, allow the microphone, and try again.',
  missing: 'No microphone was found. Please connect one, or use another device, and try again.',
  busy: 'Another program is using the microphone. Please close it and try again.',
  unsupported: 'This browser cannot record sound. Please use a newer one, such as Chrome, Firefox or Safari.',
};

const CONTAINERS = [
  'audio/webm;codecs=opus',
  'audio/mp4;codecs=opus',
  'audio/ogg;codecs=opus',
  'audio/mp4',
  'audio/webm',
];
const CHUNK_MS = 1000;
const REPORTED = ['autoGainControl', 'noiseSuppression', 'echoCancellation', 'sampleRate', 'channelCount'] as const;

export function mediaType(): string {
  const found = CONTAINERS.find((type) => MediaRecorder.isTypeSupported(type));
  if (!found) throw new MicrophoneError('unsupported');
  return found;
}

/** An open microphone. Ask for it once a task and close it after: browsers show that it is on. */
export class Microphone {
  private constructor(
    readonly stream: MediaStream,
    onLost: () => void,
  ) {
    this.track.addEventListener('ended', onLost);
  }

  static async open(onLost: () => void = () => undefined): Promise<Microphone> {
    // some browsers, and pages that are not secure, have neither
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices || typeof MediaRecorder === 'undefined') throw new MicrophoneError('unsupported');
    try {
      const audio = { autoGainControl: false, noiseSuppression: false, echoCancellation: false, channelCount: 1 };
      return new Microphone(await devices.getUserMedia({ audio }), onLost);
    } catch (error) {
      throw new MicrophoneError(problemOf(error));
    }
  }

  get track(): MediaStreamTrack {
    const track = this.stream.getAudioTracks()[0];
    if (!track) throw new MicrophoneError('missing');
    return track;
  }

  /** What the browser granted, stored with each recording. */
  settings(): Record<string, unknown> {
    const granted = this.track.getSettings();
    return Object.fromEntries(REPORTED.map((name) => [name, granted[name] ?? null]));
  }

  /** Record until stopped; every second of sound is handed on as it comes. */
  record(
    onChunk: (chunk: AudioChunk) => void | Promise<void>,
    now: () => number = () => performance.now(),
  ): Promise<Recording> {
    const media_type = mediaType();
    const recorder = new MediaRecorder(this.stream, { mimeType: media_type, audioBitsPerSecond: 64_000 });
    let position = 0;
    let handed: Promise<void> = Promise.resolve();
    recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size === 0) return;
      const mine = position++;
      handed = handed.then(async () => onChunk({ position: mine, bytes: await data.arrayBuffer() }));
    });
    const stopped = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve()));
    return new Promise((resolve, reject) => {
      recorder.addEventListener('error', () => reject(new MicrophoneError('busy')));
      recorder.addEventListener('start', () => {
        resolve({
          media_type,
          started_at_ms: now(),
          stop: async () => {
            if (recorder.state !== 'inactive') recorder.stop();
            await stopped;
            await handed;
          },
        });
      });
      recorder.start(CHUNK_MS);
    });
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}

function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return name === 'NotReadableError' ? 'busy' : 'unsupported';
}
