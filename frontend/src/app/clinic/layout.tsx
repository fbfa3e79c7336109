'use client';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useCallback } from 'react';
import { StaffFrame } from '@/features/account/StaffFrame';
import './staff.css';

export default function ClinicLayout({ children }: { children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const toSignIn = useCallback(() => {
    router.replace(`/sign-in?next=${encodeURIComponent(pathname + window.location.search)}`);
  }, [router, pathname]);
  return (
    <div className="staff">
      <StaffFrame onStranger={toSignIn}>{children}</StaffFrame>
    </div>
  );
}
