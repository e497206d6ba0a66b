import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ServiceError } from './service-error.ts';

type Context = Record<string, string>;
type EncryptInput = { KeyId: string; Plaintext: string; EncryptionContext?: Context };
type DecryptInput = { KeyId?: string; CiphertextBlob: string; EncryptionContext?: Context };

export type Kms = { encrypt(input: EncryptInput): object; decrypt(input: DecryptInput): object };

/** KMS with the keys of the template, which share one secret. Blobs are base64, as in KMS's JSON protocol. */
export const createKms = (keyArns: readonly string[], secret: Buffer): Kms => {
  const known = (keyId: string) => {
    const arn = keyArns.find((each) => each === keyId || each.endsWith(`/${keyId}`));
    if (!arn) throw new ServiceError('NotFoundException', `Key '${keyId}' does not exist`);
    return arn;
  };
  const authenticated = (arn: string, context: Context = {}) =>
    Buffer.from(JSON.stringify([arn, Object.entries(context).sort()]));

  return {
    encrypt({ KeyId, Plaintext, EncryptionContext }) {
      const arn = known(KeyId);
      const plaintext = Buffer.from(Plaintext, 'base64');
      if (plaintext.length > 4096) {
        throw new ServiceError(
          'ValidationException',
          'plaintext must have length less than or equal to 4096',
        );
      }
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(authenticated(arn, EncryptionContext));
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      const blob = Buffer.concat([Buffer.from(`${arn}\n`), iv, cipher.getAuthTag(), sealed]);
      return {
        CiphertextBlob: blob.toString('base64'),
        KeyId: arn,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },

    decrypt({ KeyId, CiphertextBlob, EncryptionContext }) {
      const blob = Buffer.from(CiphertextBlob, 'base64');
      const end = blob.indexOf('\n');
      const arn = blob.toString('utf8', 0, Math.max(end, 0));
      if (KeyId !== undefined && known(KeyId) !== arn) {
        throw new ServiceError('IncorrectKeyException', 'The key ID in the request does not identify a CMK');
      }
      try {
        const [iv, tag, sealed] = [
          blob.subarray(end + 1, end + 13),
          blob.subarray(end + 13, end + 29),
          blob.subarray(end + 29),
        ];
        const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: 16 });
        decipher.setAAD(authenticated(known(arn), EncryptionContext)).setAuthTag(tag);
        const plaintext = Buffer.concat([decipher.update(sealed), decipher.final()]);
        return {
          Plaintext: plaintext.toString('base64'),
          KeyId: arn,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
      } catch {
        // KMS gives no reason either.
        throw new ServiceError('InvalidCiphertextException', '');
      }
    },
  };
};
