import styles from './player.module.css';

interface Props {
  peaks: readonly number[];
  duration_s: number;
  position_s: number;
  marked: readonly { onset_s: number; offset_s: number }[];
}

const HEIGHT = 48;
const BAR_COUNT = 200;

/** The peaks joined to at most `count` bars, so that every bar can be seen. */
export function joined(peaks: readonly number[], count: number): number[] {
  const size = Math.max(1, Math.ceil(peaks.length / count));
  return Array.from({ length: Math.ceil(peaks.length / size) }, (_, bar) =>
    Math.max(...peaks.slice(bar * size, (bar + 1) * size)),
  );
}

function path(bars: readonly number[]): string {
  return bars
    .map((peak, index) => {
      const half = Math.max(1, (Math.min(peak, 1) * HEIGHT) / 2);
      return `M${index + 0.5} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`;
    })
    .join('');
}

/** The waveform with the part already heard in a darker colour, and what gave the points marked below. */
export function Waveform({ peaks, duration_s, position_s, marked }: Props) {
  const bars = joined(peaks, BAR_COUNT);
  const width = Math.max(bars.length, 1);
  const scale = duration_s > 0 ? width / duration_s : 0;
  const drawn = path(bars);
  const heard = `${((100 * position_s * scale) / width).toFixed(2)}%`;
  return (
    <svg className={styles.waveform} viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={drawn} className={styles.ahead} vectorEffect="non-scaling-stroke" />
      <path
        d={drawn}
        className={styles.heard}
        vectorEffect="non-scaling-stroke"
        style={{ clipPath: `inset(0 calc(100% - ${heard}) 0 0)` }}
      />
      {marked.map(({ onset_s, offset_s }) => (
        <rect
          key={`${onset_s} ${offset_s}`}
          className={styles.marked}
          x={onset_s * scale}
          y={HEIGHT - 3}
          width={Math.max((offset_s - onset_s) * scale, 0.5)}
          height={3}
        />
      ))}
      <line
        className={styles.cursor}
        x1={position_s * scale}
        x2={position_s * scale}
        y1={0}
        y2={HEIGHT}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
