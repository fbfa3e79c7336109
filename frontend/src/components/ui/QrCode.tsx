import { useMemo } from 'react';
import { qrPath } from '@/lib/qrCode';

interface Props {
  address: string;
  label: string;
  className?: string | undefined;
}

/** An address as a picture that phones read. */
export function QrCode({ address, label, className }: Props) {
  const code = useMemo(() => qrPath(address), [address]);
  return (
    <svg
      className={className}
      viewBox={`0 0 ${code.width} ${code.width}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={code.width} height={code.width} fill="#fff" />
      <path d={code.path} fill="#000" />
    </svg>
  );
}
