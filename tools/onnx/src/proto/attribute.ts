// This file reads and writes ONNX AttributeProto; graphs inside attributes are refused.
import { KolmError, unreachable } from "@kolm/format";
import type { Attribute } from "../graph.ts";
import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { readTensor, writeTensor } from "./tensor.ts";
import { decodeText, encodeText } from "./text.ts";
import type { Writer } from "./writer.ts";

type Parts = {
  name: string;
  code: number;
  float: number;
  int: number;
  string: string;
  tensor: Attribute | undefined;
  floats: number[];
  ints: number[];
  strings: string[];
};

/** One attribute; where names the node for messages. */
export function readAttribute(reader: Reader, where: () => string): readonly [string, Attribute] {
  const parts: Parts = {
    name: "",
    code: 0,
    float: 0,
    int: 0,
    string: "",
    tensor: undefined,
    floats: [],
    ints: [],
    strings: [],
  };
  while (reader.next()) readField(reader, parts, where);
  const value = valueOf(parts);
  if (value === undefined)
    throw malformed(`attribute ${JSON.stringify(parts.name)} of ${where()} has type ${parts.code}`);
  return [parts.name, value];
}

function readField(reader: Reader, parts: Parts, where: () => string): void {
  switch (reader.field) {
    case 1:
      parts.name = reader.text();
      return;
    case 2:
      parts.float = reader.float();
      return;
    case 3:
      parts.int = reader.integer();
      return;
    case 4:
      parts.string = decodeText(reader.payload(), "ONNX_MALFORMED");
      return;
    case 5:
      parts.tensor = { kind: "tensor", value: readTensor(reader.message()).tensor };
      return;
    case 7:
      pushFloats(reader.fixed(4), parts.floats);
      return;
    case 8:
      for (const value of reader.bigints()) parts.ints.push(Number(value));
      return;
    case 9:
      parts.strings.push(decodeText(reader.payload(), "ONNX_MALFORMED"));
      return;
    case 20:
      parts.code = reader.integer();
      return;
    case 6:
    case 10:
    case 11:
    case 14:
    case 15:
    case 21:
    case 22:
    case 23:
      throw refused(parts.name, where());
    default:
      reader.skip();
  }
}

function refused(attribute: string, where: string): KolmError {
  return new KolmError(
    "ONNX_SUBGRAPH",
    `${where} has attribute ${JSON.stringify(attribute)} that is a graph, a type or a list of tensors`,
    {
      hint: "Export without control flow (If, Loop, Scan) and without model-local functions.",
    },
  );
}

function pushFloats(bytes: Uint8Array, floats: number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += 4) floats.push(view.getFloat32(at, true));
}

/** AttributeProto.AttributeType numbers of onnx.proto. */
function valueOf(parts: Parts): Attribute | undefined {
  switch (parts.code) {
    case 1:
      return { kind: "float", value: parts.float };
    case 2:
      return { kind: "int", value: parts.int };
    case 3:
      return { kind: "string", value: parts.string };
    case 4:
      return parts.tensor;
    case 6:
      return { kind: "floats", value: parts.floats };
    case 7:
      return { kind: "ints", value: parts.ints };
    case 8:
      return { kind: "strings", value: parts.strings };
    default:
      return undefined;
  }
}

export function writeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  writer.text(1, name);
  switch (attribute.kind) {
    case "float":
      writer.float(2, attribute.value);
      writer.integer(20, 1);
      return;
    case "int":
      writer.integer(3, attribute.value);
      writer.integer(20, 2);
      return;
    case "string":
      writer.payload(4, encodeText(attribute.value));
      writer.integer(20, 3);
      return;
    case "tensor":
      writer.message(5, (tensor) => writeTensor(tensor, attribute.value, ""));
      writer.integer(20, 4);
      return;
    case "floats":
      for (const value of attribute.value) writer.float(7, value);
      writer.integer(20, 6);
      return;
    case "ints":
      for (const value of attribute.value) writer.integer(8, value);
      writer.integer(20, 7);
      return;
    case "strings":
      for (const value of attribute.value) writer.text(9, value);
      writer.integer(20, 8);
      return;
    default:
      unreachable(attribute);
  }
}
