import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';
import 'fake-indexeddb/auto';

// jsdom has no CSS.escape, which dialogs need; ids of ours hold nothing that must be escaped
Object.assign(globalThis, { CSS: { escape: (text: string) => text } });
Element.prototype.scrollIntoView = () => undefined; // jsdom lays nothing out

afterEach(cleanup);
