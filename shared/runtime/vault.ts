import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import type { TokenSet } from '../domain/workspaces/workspace.ts';
import { jsonOrNothing } from '../json.ts';

const TokenSetSchema = z.object({ accessToken: z.string(), refreshToken: z.string(), scope: z.string() });

/**
 * Seals token sets under KMS. The encryption context is the workspace, so a sealed set that is copied to another
 * workspace's row does not open (KMS: InvalidCiphertextException).
 */
export const vault = (keyArn: string) => {
  const kms = new KMSClient({});
  const EncryptionContext = (workspaceId: string) => ({ workspaceId });

  return {
    async seal(workspaceId: string, tokens: TokenSet): Promise<string> {
      const { CiphertextBlob } = await kms.send(
        new EncryptCommand({
          KeyId: keyArn,
          Plaintext: Buffer.from(JSON.stringify(tokens)),
          EncryptionContext: EncryptionContext(workspaceId),
        }),
      );
      if (!CiphertextBlob) throw new Error('KMS sealed nothing.');
      return Buffer.from(CiphertextBlob).toString('base64');
    },

    async open(workspaceId: string, sealed: string): Promise<TokenSet> {
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          KeyId: keyArn,
          CiphertextBlob: Buffer.from(sealed, 'base64'),
          EncryptionContext: EncryptionContext(workspaceId),
        }),
      );
      // `JSON.parse` quotes what it cannot read in its error, which is logged.
      return TokenSetSchema.parse(jsonOrNothing(Buffer.from(Plaintext ?? []).toString('utf8')));
    },
  };
};

export type Vault = ReturnType<typeof vault>;
