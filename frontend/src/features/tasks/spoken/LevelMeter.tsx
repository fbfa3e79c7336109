'use client';
import { useEffect, useRef } from 'react';
import styles from './spoken.module.css';

/** Shows that the microphone hears something; drawn straight to the page, without rendering React at each frame. */
export function LevelMeter({ stream, onLevel }: { stream: MediaStream; onLevel?: (level: number) => void }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (typeof AudioContext === 'undefined') return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const draw = () => {
      analyser.getFloatTimeDomainData(samples);
      const level = levelOf(samples);
      if (bar.current) bar.current.style.transform = `scaleX(${level})`;
      onLevel?.(level);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [stream, onLevel]);
  return (
    <div className={styles.meter} aria-hidden="true">
      <div ref={bar} className={styles.level} />
    </div>
  );
}

/** From 0 (silence, -60 dB) to 1 (full scale), in decibels as the ear hears it. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / samples.length + 1e-12);
  return Math.min(1, Math.max(0, (db + 60) / 60));
}
