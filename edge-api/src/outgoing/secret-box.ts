import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;

/** A sealed value: encrypted with a data key of its own, which is encrypted with a key from the master key. */
export interface Sealed {
  readonly keyId: string;
  readonly wrappedKey: Buffer;
  readonly sealed: Buffer;
}

/** Encrypts to nonce, tag and ciphertext. */
function lock(key: Buffer, bytes: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function unlock(key: Buffer, box: Buffer, context: string): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, NONCE), { authTagLength: TAG }).setAAD(Buffer.from(context));
  decipher.setAuthTag(box.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(box.subarray(NONCE + TAG)), decipher.final()]);
}

/**
 * Envelope encryption: each secret has a data key, wrapped with a key that is derived from the deployment's master key.
 * `context` identifies the row of a value; a value cannot be opened with another context.
 */
export function createSecretBox(masterKey: Buffer) {
  const wrapping = Buffer.from(hkdfSync("sha256", masterKey, "", "dramac installation secrets", 32));
  const keyId = createHash("sha256").update("key id").update(wrapping).digest("hex").slice(0, 16);
  return {
    seal(value: string, context: string): Sealed {
      const dataKey = randomBytes(32);
      return { keyId, wrappedKey: lock(wrapping, dataKey, context), sealed: lock(dataKey, Buffer.from(value), context) };
    },
    /** @returns nothing when the value was sealed with another master key or context, or was changed */
    open({ keyId: wrappedBy, wrappedKey, sealed }: Sealed, context: string): string | undefined {
      if (wrappedBy !== keyId) return undefined;
      try {
        return unlock(unlock(wrapping, wrappedKey, context), sealed, context).toString();
      } catch {
        return undefined;
      }
    },
  };
}

export type SecretBox = ReturnType<typeof createSecretBox>;
