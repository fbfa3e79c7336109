import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { ErrorReports } from './ErrorReports';
import './fonts.css';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Cognitive assessment', template: '%s · Cognitive assessment' },
  description: 'A cognitive assessment by voice and touch.',
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, themeColor: '#0b4f5e' };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <ErrorReports />
        {children}
      </body>
    </html>
  );
}
