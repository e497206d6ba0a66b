export const connections = ['connected', 'needs_reauth', 'disconnected'] as const;

export type Settings = {
  /** The Linear label that makes an issue ours; compared without regard to case. */
  triggerLabel: string;
  dispatch: 'push' | 'pull';
  reconcileMinutes: number;
};

export const defaultSettings: Settings = { triggerLabel: 'omakase', dispatch: 'pull', reconcileMinutes: 5 };

/** Where in Linear one of our workspaces lives; what a sealed token set holds. */
export type TokenSet = { accessToken: string; refreshToken: string; scope: string };
