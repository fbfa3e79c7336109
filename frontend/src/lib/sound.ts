/** Sounds from files, by Web Audio: digits begin exactly one interval apart, on the sound card's own clock. */

const LEAD_S = 0.15;

export class SoundPlayer {
  private context: AudioContext | null = null;
  private decoded = new Map<string, Promise<AudioBuffer>>();
  private playing = new Set<AudioBufferSourceNode>();

  private open(): AudioContext {
    this.context ??= new AudioContext();
    return this.context;
  }

  /** Must be called from a press, or browsers keep the sound off. */
  async unlock(): Promise<void> {
    const context = this.open();
    if (context.state !== 'running') await context.resume();
  }

  load(path: string): Promise<AudioBuffer> {
    let buffer = this.decoded.get(path);
    if (!buffer) {
      buffer = this.fetchSound(path);
      this.decoded.set(path, buffer);
      buffer.catch(() => this.decoded.delete(path)); // so that another try is made
    }
    return buffer;
  }

  private async fetchSound(path: string): Promise<AudioBuffer> {
    const response = await fetch(path);
    if (!response.ok) throw new Error(`The sound ${path} is missing.`);
    const bytes = await response.arrayBuffer();
    try {
      return await this.open().decodeAudioData(bytes);
    } catch (error) {
      // older Safari reads no Opus in Ogg: each file has a twin in MP3
      if (!path.endsWith('.ogg')) throw error;
      return this.fetchSound(path.replace(/\.ogg$/, '.mp3'));
    }
  }

  /**
   * Play files, each beginning `interval_ms` after the one before; resolves one interval after the last began. `onBegun`
   * is called when all are there and the first begins.
   */
  async playSequence(paths: string[], interval_ms: number, onBegun: () => void): Promise<void> {
    await this.unlock();
    const buffers = await Promise.all(paths.map((path) => this.load(path)));
    const context = this.open();
    onBegun();
    const first_s = context.currentTime + LEAD_S;
    buffers.forEach((buffer, index) => this.start(buffer, first_s + (index * interval_ms) / 1000));
    const last = buffers[buffers.length - 1];
    const end_s = first_s + ((buffers.length - 1) * interval_ms) / 1000 + Math.max(last?.duration ?? 0, 0);
    await this.until(end_s);
  }

  /** Play one file to its end. */
  async play(path: string): Promise<void> {
    await this.unlock();
    const buffer = await this.load(path);
    const at_s = this.open().currentTime + 0.02;
    this.start(buffer, at_s);
    await this.until(at_s + buffer.duration);
  }

  stop(): void {
    for (const source of this.playing) source.stop();
    this.playing.clear();
  }

  private start(buffer: AudioBuffer, at_s: number): void {
    const context = this.open();
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.addEventListener('ended', () => this.playing.delete(source));
    this.playing.add(source);
    source.start(at_s);
  }

  private until(time_s: number): Promise<void> {
    const context = this.open();
    return new Promise((resolve) => {
      const look = () => {
        if (context.currentTime >= time_s || this.playing.size === 0) resolve();
        else setTimeout(look, 20);
      };
      look();
    });
  }
}
