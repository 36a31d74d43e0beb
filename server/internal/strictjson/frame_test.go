package strictjson_test

import (
	"errors"
	"strings"
	"testing"

	"usher/server/internal/strictjson"
)

type send struct {
	Type   string            `json:"type"`
	ID     string            `json:"id" strict:"required"`
	Text   string            `json:"text" strict:"required"`
	Choice *string           `json:"choice"`
	Form   map[string]string `json:"form"`
}

func failure(code strictjson.Code, pointer string) *strictjson.Error {
	return &strictjson.Error{Code: code, Pointer: pointer}
}

// same compares an error with the whole value that is expected; nil is none.
func same(t *testing.T, got error, want *strictjson.Error) {
	t.Helper()
	if got == nil && want == nil {
		return
	}
	actual, ok := errors.AsType[*strictjson.Error](got)
	if !ok || want == nil || *actual != *want {
		t.Fatalf("error = %v, want %v", got, want)
	}
}

func TestPeek(t *testing.T) {
	t.Parallel()
	deep := func(n int) string {
		return `{"type":"x","v":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	for _, tc := range []struct {
		name, in string
		typ, id  string
		want     *strictjson.Error
	}{
		{"plain", `{"type":"typing"}`, "typing", "", nil},
		{"with id", `{"id":"c1","type":"typing"}`, "typing", "c1", nil},
		{"white space", " {\n\t\"type\" : \"typing\" , \"id\" : \"c1\" }\r\n", "typing", "c1", nil},
		{"members before", `{"a":{"type":"no","id":"no"},"b":["}",1,null],"n":1 ,"type":"yes"}`, "yes", "", nil},
		{"escaped name", `{"ty\u0070e":"typing","\u0069d":"c"}`, "typing", "c", nil},
		{"escaped value", `{"type":"t\u0079ping","id":"\"}"}`, "typing", `"}`, nil},
		{"id not a string", `{"type":"x","id":7}`, "x", "", nil},
		{"id too long", `{"type":"x","id":"` + strings.Repeat("a", 65) + `"}`, "x", "", nil},
		{"id of 64 wide characters", `{"type":"x","id":"` + strings.Repeat("é", 64) + `"}`, "x", strings.Repeat("é", 64), nil},
		{"id with control character", `{"type":"x","id":"a\u001b"}`, "x", "", nil},
		{"id with NUL", `{"type":"x","id":"a\u0000"}`, "x", "", nil},
		{"depth 16", deep(15), "x", "", nil},
		{"depth 17", deep(16), "", "", failure(strictjson.BadJSON, "")},
		{"brackets in a string are no depth", `{"type":"x","t":"` + strings.Repeat("[", 99) + `"}`, "x", "", nil},
		{"forbidden text is for Decode", `{"type":"x","id":"c","t":"\ud800"}`, "x", "c", nil},

		{"empty", ``, "", "", failure(strictjson.BadJSON, "")},
		{"blank", `  `, "", "", failure(strictjson.BadJSON, "")},
		{"null", `null`, "", "", failure(strictjson.BadFrame, "")},
		{"array", `[]`, "", "", failure(strictjson.BadFrame, "")},
		{"string", `"x"`, "", "", failure(strictjson.BadFrame, "")},
		{"number", `1`, "", "", failure(strictjson.BadFrame, "")},
		{"object without type", `{}`, "", "", failure(strictjson.BadFrame, "")},
		{"type in another case", `{"Type":"x"}`, "", "", failure(strictjson.BadFrame, "")},
		{"empty type", `{"type":"","id":"c"}`, "", "c", failure(strictjson.BadFrame, "/type")},
		{"type null", `{"type":null,"id":"c"}`, "", "c", failure(strictjson.BadType, "/type")},
		{"type number", `{"type":5}`, "", "", failure(strictjson.BadType, "/type")},
		{"type object", `{"type":{"$ne":""}}`, "", "", failure(strictjson.BadType, "/type")},
		{"type with NUL", `{"type":"\u0000"}`, "", "", failure(strictjson.BadFrame, "/type")},
		{"two values", `{"type":"x"}{"type":"y"}`, "", "", failure(strictjson.BadJSON, "")},
		{"trailing text", `{"type":"x"} x`, "", "", failure(strictjson.BadJSON, "")},
		{"trailing comma", `{"type":"x",}`, "", "", failure(strictjson.BadJSON, "")},
		{"cut off", `{"type":"x`, "", "", failure(strictjson.BadJSON, "")},
		{"byte order mark", "\ufeff" + `{"type":"x"}`, "", "", failure(strictjson.BadJSON, "")},
		{"two types", `{"type":"x","type":"y"}`, "", "", failure(strictjson.BadJSON, "")},
		{"two types, one escaped", `{"type":"x","\u0074ype":"y"}`, "", "", failure(strictjson.BadJSON, "")},
		{"twice the same name deep inside", `{"type":"x","f":{"a":1,"a":1}}`, "", "", failure(strictjson.BadJSON, "")},
		{"bad UTF-8", "{\"type\":\"x\",\"t\":\"\xff\"}", "", "", failure(strictjson.BadJSON, "")},
		{"bad UTF-8 beside a lone surrogate", "{\"type\":\"x\",\"t\":\"\\ud800\xff\"}", "", "", failure(strictjson.BadJSON, "")},
		{"surrogate as UTF-8", "{\"type\":\"x\",\"t\":\"\xed\xa0\x80\"}", "", "", failure(strictjson.BadJSON, "")},
		{"raw NUL", "{\"type\":\"x\x00\"}", "", "", failure(strictjson.BadJSON, "")},
		{"raw newline in a string", "{\"type\":\"x\n\"}", "", "", failure(strictjson.BadJSON, "")},
		{"NaN", `{"type":"x","n":NaN}`, "", "", failure(strictjson.BadJSON, "")},
		{"comment", `{"type":"x"/**/}`, "", "", failure(strictjson.BadJSON, "")},
		{"single quotes", `{'type':'x'}`, "", "", failure(strictjson.BadJSON, "")},
		{"bad escape", `{"type":"\x41"}`, "", "", failure(strictjson.BadJSON, "")},
		{"short escape", `{"type":"\u00"}`, "", "", failure(strictjson.BadJSON, "")},
		{"signed escape", `{"type":"\u+041"}`, "", "", failure(strictjson.BadJSON, "")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			frame, err := strictjson.Peek([]byte(tc.in))
			same(t, err, tc.want)
			if frame.Type != tc.typ || frame.ID != tc.id {
				t.Errorf("type %q id %q, want %q %q", frame.Type, frame.ID, tc.typ, tc.id)
			}
		})
	}
}

func TestFrame_Decode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		want     *strictjson.Error
	}{
		{"whole", `{"type":"message.send","id":"c1","text":"hi","choice":"a","form":{"email":"x@y"}}`, nil},
		{"nothing for an optional member", `{"type":"m","id":"c1","text":"hi","choice":null,"form":null}`, nil},
		{"empty text is there", `{"type":"m","id":"c1","text":""}`, nil},
		{"no text", `{"type":"m","id":"c1"}`, failure(strictjson.MissingField, "/text")},
		{"no id", `{"type":"m","text":"hi"}`, failure(strictjson.MissingField, "/id")},
		{"null text", `{"type":"m","id":"c1","text":null}`, failure(strictjson.BadType, "/text")},
		{"text is an object", `{"type":"m","id":"c1","text":{"$gt":""}}`, failure(strictjson.BadType, "/text")},
		{"text is a number", `{"type":"m","id":"c1","text":7}`, failure(strictjson.BadType, "/text")},
		{"id is an array", `{"type":"m","id":["c1"],"text":"hi"}`, failure(strictjson.BadType, "/id")},
		{"unknown member", `{"type":"m","id":"c1","text":"hi","secret words":1}`, failure(strictjson.UnknownField, "")},
		{"member in another case", `{"type":"m","id":"c1","Text":"hi"}`, failure(strictjson.UnknownField, "")},
		{"prototype", `{"type":"m","id":"c1","text":"hi","__proto__":{}}`, failure(strictjson.UnknownField, "")},
		{"map value of another type", `{"type":"m","id":"c1","text":"hi","form":{"secret words":1}}`, failure(strictjson.BadType, "/form")},
		{"null in a map of strings", `{"type":"m","id":"c1","text":"hi","form":{"secret words":null}}`, failure(strictjson.BadType, "/form")},
		{"NUL", `{"type":"m","id":"c1","text":"a\u0000b"}`, failure(strictjson.BadValue, "/text")},
		{"lone high surrogate", `{"type":"m","id":"c1","text":"\ud83d"}`, failure(strictjson.BadValue, "/text")},
		{"high surrogate before a letter", `{"type":"m","id":"c1","text":"\ud83dabcdef"}`, failure(strictjson.BadValue, "/text")},
		{"two high surrogates", `{"type":"m","id":"c1","text":"\ud83d\ud83d"}`, failure(strictjson.BadValue, "/text")},
		{"lone low surrogate", `{"type":"m","id":"c1","text":"\ude00"}`, failure(strictjson.BadValue, "/text")},
		{"a whole pair", `{"type":"m","id":"c1","text":"\ud83d\uDE00"}`, nil},
		{"U+FFFE escaped", `{"type":"m","id":"c1","text":"\ufffe"}`, failure(strictjson.BadValue, "/text")},
		{"U+FFFF escaped", `{"type":"m","id":"c1","text":"\uFFFF"}`, failure(strictjson.BadValue, "/text")},
		{"U+FFFF raw", "{\"type\":\"m\",\"id\":\"c1\",\"text\":\"\uffff\"}", failure(strictjson.BadValue, "/text")},
		{"U+FFFD is a character", "{\"type\":\"m\",\"id\":\"c1\",\"text\":\"\ufffd\\ufffd\"}", nil},
		{"an escaped backslash is no escape", `{"type":"m","id":"c1","text":"\\u0000"}`, nil},
		{"forbidden in a name", `{"type":"m","id":"c1","text":"hi","form":{"\u0000":"x"}}`, failure(strictjson.BadValue, "/form")},
		{"two forbidden places", `{"type":"m","id":"c1","text":"\u0000 [[[[[[[[[[[[[[[[[[ \u0000","choice":"\u0000"}`, failure(strictjson.BadValue, "/text")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			frame, err := strictjson.Peek([]byte(tc.in))
			if err != nil {
				t.Fatalf("Peek: %v", err)
			}
			var got send
			same(t, frame.Decode(&got), tc.want)
		})
	}
}
