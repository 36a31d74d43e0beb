// Package strictjson decodes JSON at every entrance of Usher: socket frames,
// request bodies, lines on standard input. It accepts one reading of a text or
// none, because two programs that read one text differently are a way in.
//
// What is refused, on top of what RFC 8259 refuses: text that is not valid
// UTF-8, two members of one name, names in another case, members the target
// struct does not have, nesting deeper than [MaxDepth], anything after the
// first value, null where the target cannot hold "nothing", and in strings
// U+0000 (Postgres cannot store it), lone surrogate escapes, U+FFFE and U+FFFF.
//
// What may enter: rules that hold for every JSON text of every entrance. What
// may not: rules about one message (lengths, vocabularies, who may send it);
// those belong to the room that knows the message.
//
// Decisions:
//
//   - Built on github.com/go-json-experiment/json, the mirror of
//     encoding/json/v2, whose defaults already refuse duplicates, case variants
//     and bad UTF-8. encoding/json takes all three without a word.
//   - An [Error] carries a code of a closed set and a JSON Pointer (RFC 6901)
//     made only of names the target type has, so no input can come back through
//     an error. An unknown member is reported at the object that held it.
//   - A frame is peeked, then decoded: [Peek] proves the syntax and finds "type"
//     and "id", [Frame.Decode] fills the struct of that type. An error of a
//     member can therefore still answer with the client's id.
//   - A struct says what must be there with the tag `strict:"required"`.
package strictjson
