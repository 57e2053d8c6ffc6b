import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** Encodes one DER value: only what a certificate needs. */
const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
const hex = (text: string) => Buffer.from(text, "hex");
const time = (date: Date) => tlv(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

const ECDSA_WITH_SHA256 = sequence(tlv(0x06, hex("2a8648ce3d040302")));
const COMMON_NAME = hex("550403");
const ALTERNATIVE_NAMES = hex("551d11");
const DAY = 86_400_000;

/** Makes a self-signed certificate for the names of one test. A client trusts it if it gets it as `ca`. */
export function makeCertificate(names: readonly string[]): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(tlv(0x31, sequence(tlv(0x06, COMMON_NAME), tlv(0x0c, Buffer.from("test")))));
  const validity = sequence(time(new Date(Date.now() - DAY)), time(new Date(Date.now() + DAY)));
  const alternatives = sequence(...names.map((one) => tlv(0x82, Buffer.from(one))));
  const extensions = tlv(0xa3, sequence(sequence(tlv(0x06, ALTERNATIVE_NAMES), tlv(0x04, alternatives))));
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKeyOf(publicKey),
    extensions,
  );
  const signature = tlv(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const der = sequence(body, ECDSA_WITH_SHA256, signature).toString("base64");
  const cert = `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert };
}

const publicKeyOf = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });
