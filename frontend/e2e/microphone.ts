/** Chromium's microphone under the hand of the person: it is quiet until something is said, and then hears that. */
import type { Page } from '@playwright/test';

/**
 * The page gets one stream as long as it wants one. Chromium plays its file from the beginning each time the microphone
 * is opened, so for each utterance it is opened anew behind that stream, and nothing depends on how quick the page was.
 */
export async function holdMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const devices = navigator.mediaDevices;
    const open = devices.getUserMedia.bind(devices);
    let context: AudioContext | undefined;
    let hear: (() => Promise<void>) | undefined;
    devices.getUserMedia = async (wanted) => {
      context ??= new AudioContext();
      await context.resume();
      const given = context.createMediaStreamDestination();
      let heard = await open(wanted);
      context.createMediaStreamSource(heard).connect(given);
      hear = async () => {
        heard.getTracks().forEach((track) => track.stop());
        heard = await open(wanted);
        context?.createMediaStreamSource(heard).connect(given);
      };
      for (const track of given.stream.getAudioTracks()) {
        track.getSettings = () => heard.getAudioTracks()[0]?.getSettings() ?? {};
        const stop = track.stop.bind(track);
        track.stop = () => {
          stop();
          heard.getTracks().forEach((one) => one.stop());
        };
      }
      return given.stream;
    };
    window.utter = async () => {
      if (!hear) throw new Error('The page has not asked for a microphone.');
      await hear();
    };
  });
}

/** Say what lies ready in the file. */
export const utter = (page: Page): Promise<void> => page.evaluate(() => window.utter());

declare global {
  interface Window {
    utter: () => Promise<void>;
  }
}
