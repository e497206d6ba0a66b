/** `needs_reauth`: Linear refused the tokens, so somebody has to approve the connection again. */
export const connections = ['connected', 'needs_reauth', 'disconnected'] as const;
