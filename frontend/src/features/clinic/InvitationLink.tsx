'use client';
import { useEffect, useRef, useState } from 'react';
import { QrCode } from '@/components/ui/QrCode';
import { day } from './wording';
import styles from './clinic.module.css';

interface Props {
  label: string;
  url: string;
  expiresAt: string;
  onDone: () => void;
}

const isLoopback = (url: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);

/** The link of a new invitation, to copy or to scan; it cannot be shown again later. */
export function InvitationLink({ label, url, expiresAt, onDone }: Props) {
  const title = useRef<HTMLHeadingElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState('');
  useEffect(() => title.current?.focus(), [url]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(url);
      setCopied('Copied.');
    } catch {
      field.current?.select(); // without permission, the person copies it by hand
      setCopied('The link is selected: copy it with the keyboard.');
    }
  }

  return (
    <section className={styles.link} aria-labelledby="link-title">
      <h3 id="link-title" ref={title} tabIndex={-1}>
        Link for {label}
      </h3>
      <p>It is shown only now, and it is valid until {day(expiresAt)}. Whoever has it can take this assessment.</p>
      {isLoopback(url) && (
        <p className={styles.note}>
          This link works on this computer only. For phones and other computers the system needs an address of its own
          with https: docs/reference/settings.md describes <code>CAS_HOST</code> and <code>CAS_PUBLIC_URL</code>.
        </p>
      )}
      <QrCode className={styles.qr} address={url} label={`QR code of the link for ${label}`} />
      <label className={styles.address}>
        Link
        <input ref={field} readOnly value={url} onFocus={(event) => event.target.select()} />
      </label>
      <p className={styles.actions}>
        <button type="button" className={styles.primary} onClick={() => void copy()}>
          Copy the link
        </button>
        <button type="button" className={styles.quiet} onClick={onDone}>
          Done
        </button>
        <span role="status">{copied}</span>
      </p>
    </section>
  );
}
