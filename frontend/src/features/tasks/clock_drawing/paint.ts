import type { Point } from './drawing';

const WIDTH = 0.008; // of the square's side
const INK = '#16242f';

/** Paint strokes onto a canvas at the resolution of the screen. */
export function paint(canvas: HTMLCanvasElement, strokes: readonly { points: readonly Point[] }[]): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const side = Math.max(1, Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)));
  if (canvas.width !== side || canvas.height !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  context.clearRect(0, 0, side, side);
  context.strokeStyle = INK;
  context.lineWidth = Math.max(2, WIDTH * side);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const { points } of strokes) {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x * side, y * side);
    const [only] = points;
    if (points.length === 1 && only) context.lineTo(only[0] * side, only[1] * side); // a dot
    context.stroke();
  }
}
