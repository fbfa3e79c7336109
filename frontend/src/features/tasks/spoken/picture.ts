/** Fetch and decode a picture, so that it is there in the frame in which it is shown; rejects if it cannot be had. */
export async function loadPicture(address: string): Promise<void> {
  const image = new Image();
  image.src = address;
  await image.decode();
}

/** When the frame after what is drawn now begins, on the clock of `performance.now()`. */
export const nextFrame = (): Promise<number> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
