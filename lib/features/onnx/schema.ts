/** The part of the ONNX format that we read and write; what is not named here is skipped when decoding. */
import protobuf from "protobufjs";

// Names, numbers and types as in the official onnx.proto.
const { root } = protobuf.parse(
  `syntax = "proto3";
  package onnx;

  message StringStringEntryProto { string key = 1; string value = 2; }

  message TensorProto {
    repeated int64 dims = 1;
    int32 data_type = 2;
    string name = 8;
    bytes raw_data = 9;
    repeated StringStringEntryProto external_data = 13;
    int32 data_location = 14;
  }

  message AttributeProto {
    string name = 1;
    float f = 2;
    int64 i = 3;
    bytes s = 4;
    GraphProto g = 6;
    repeated float floats = 7;
    repeated int64 ints = 8;
    repeated GraphProto graphs = 11;
    int32 type = 20;
  }

  message NodeProto {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string op_type = 4;
    repeated AttributeProto attribute = 5;
  }

  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { TensorTypeProto tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }

  message GraphProto {
    repeated NodeProto node = 1;
    string name = 2;
    repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11;
    repeated ValueInfoProto output = 12;
  }

  message OperatorSetIdProto { string domain = 1; int64 version = 2; }

  message ModelProto {
    int64 ir_version = 1;
    string producer_name = 2;
    GraphProto graph = 7;
    repeated OperatorSetIdProto opset_import = 8;
  }`,
);

export interface OnnxTensor {
  dims?: number[];
  dataType?: number;
  name: string;
  rawData?: Uint8Array;
  externalData?: { key: string; value: string }[];
  /** 1 where the values stand in another file. */
  dataLocation?: number;
}

export interface OnnxAttribute {
  name: string;
  f?: number;
  i?: number;
  s?: Uint8Array;
  g?: OnnxGraph;
  floats?: number[];
  ints?: number[];
  graphs?: OnnxGraph[];
  type: number;
}

export interface OnnxNode {
  input?: string[];
  output?: string[];
  name?: string;
  opType: string;
  attribute?: OnnxAttribute[];
}

export interface OnnxValueInfo {
  name: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: { dimValue?: number; dimParam?: string }[] } } };
}

export interface OnnxGraph {
  node?: OnnxNode[];
  name?: string;
  initializer?: OnnxTensor[];
  input?: OnnxValueInfo[];
  output?: OnnxValueInfo[];
}

export interface OnnxModel {
  irVersion?: number;
  producerName?: string;
  graph?: OnnxGraph;
  opsetImport?: { domain?: string; version?: number }[];
}

function codec<T extends object>(name: string) {
  const type = root.lookupType(`onnx.${name}`);
  return {
    /** Throws where the bytes are not a protobuf message. Byte fields share memory with `bytes`. */
    decode: (bytes: Uint8Array): T => type.toObject(type.decode(bytes), { longs: Number }) as T,
    encode: (message: T): Uint8Array => type.encode(type.fromObject(message)).finish(),
  };
}

export const modelCodec = codec<OnnxModel>("ModelProto");
export const nodeCodec = codec<OnnxNode>("NodeProto");
export const valueInfoCodec = codec<OnnxValueInfo>("ValueInfoProto");
export const tensorCodec = codec<OnnxTensor>("TensorProto");
