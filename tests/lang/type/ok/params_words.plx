param number: Str
param list: Str
param quoted: Str
param spaces: Text
param maybe: Str?
param either: Int | Str
param version: Str | Float
