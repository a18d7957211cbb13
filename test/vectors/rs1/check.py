#!/usr/bin/env python3
"""Recomputes the RS-1 golden vector with the standard library alone, sharing no code with the TypeScript packages."""
import base64
import hashlib
import hmac
import json
import sys

CHUNK = 1 << 20
P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P
L = 2**252 + 27742317777372353535851937790883648493


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha(b"\x01", tree(leaves[:split]), tree(leaves[split:]))


def root(data):
    return tree([sha(b"\x00", data[at : at + CHUNK]) for at in range(0, len(data), CHUNK)])


def frame(tag, *parts):
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return b"KOLM-RS1\0" + bytes([tag]) + len(parts).to_bytes(4, "big") + framed


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def chain(key, members):
    links, previous = [], bytes(32)
    for at, (kind, path, data) in enumerate(members):
        fields = [at.to_bytes(4, "big"), kind.encode(), path.encode(), len(data).to_bytes(8, "big")]
        previous = mac(key, frame(1, *fields, sha(data), root(data), previous))
        links.append(previous.hex())
    return links


def jcs(value):
    # Enough for this vector: ASCII keys, no fractions.
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def recover(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert y < P and (x * x - square) % P == 0, "no point of the curve"
    return (P - x if x % 2 != sign else x), y


def add(a, b):
    cross = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + cross, P - 2, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - cross, P - 2, P)
    return x % P, y % P


def times(scalar, point):
    total = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def verify(public, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
    y = 4 * pow(5, P - 2, P) % P
    base = recover(y.to_bytes(32, "little"))
    return s < L and times(s, base) == add(recover(r), times(k, recover(public)))


def content(layer):
    return layer["text"].encode() if "text" in layer else bytes.fromhex(layer["fill"]) * layer["size"]


def main(path):
    with open(path, encoding="utf-8") as file:
        golden = json.load(file)
    described, members = [], []
    for layer in golden["layers"]:
        data = content(layer)
        facts = {name: layer[name] for name in ("kind", "path", "mediaType")}
        digests = {"chunk": CHUNK, "size": len(data), "sha256": sha(data).hex(), "root": root(data).hex()}
        # A referenced layer is described, linked and signed like any other; only its bytes are not in the file.
        marks = {"referenced": True} if layer.get("referenced") else {}
        described.append({**facts, **digests, **marks})
        members.append((layer["kind"], layer["path"], data))
    manifest = jcs({"format": "kolm/rs-1", **golden["facts"], "layers": described})
    assert manifest.decode() == golden["manifest"], "manifest"
    assert sha(manifest).hex() == golden["id"], "id"
    members.insert(0, ("manifest", "manifest.json", manifest))
    links = chain(b"kolm.rs1.chain.public.v1", members)
    assert links == golden["links"], "links"

    tenant = golden["tenant"]
    info = frame(0x10, b"kolm.rs1.chain.tenant.v1", tenant["kid"].encode())
    key = mac(mac(sha(manifest), bytes.fromhex(tenant["secret"])), info + b"\x01")
    assert key.hex() == tenant["key"], "tenant key"
    assert chain(key, members)[-1] == tenant["head"], "tenant head"

    public = bytes.fromhex(golden["signer"]["public"])
    spki = bytes.fromhex("302a300506032b6570032100") + public
    assert sha(spki).hex() == golden["signer"]["kid"], "kid"
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": sha(data).hex()}} for _, name, data in members],
        "predicateType": "https://rs1.example/receipt/v1",
        "predicate": {"chain": {"alg": "hmac-sha256", "head": links[-1], "key": "public.v1", "links": links}},
    }
    payload = jcs(statement)
    assert len(payload) == golden["payload"]["size"] and sha(payload).hex() == golden["payload"]["sha256"], "payload"
    kind = b"application/vnd.in-toto+json"
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    assert verify(public, message, base64.b64decode(golden["signature"])), "signature"


main(sys.argv[1])
