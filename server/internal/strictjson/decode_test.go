package strictjson_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"usher/server/internal/strictjson"
)

type item struct {
	Name string    `json:"name" strict:"required"`
	At   time.Time `json:"at"`
}

type hidden struct {
	Locale string `json:"locale"`
}

type body struct {
	hidden
	User  *item           `json:"user"`
	Own   item            `json:"own,omitzero"`
	Items []item          `json:"items"`
	ByKey map[string]item `json:"by_key"`
	Seq   int64           `json:"seq"`
	Small uint8           `json:"small"`
	Rate  float64         `json:"rate"`
	On    bool            `json:"on"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const own = `"own":{"name":"n"}`
	for _, tc := range []struct {
		name, in string
		want     *strictjson.Error
	}{
		{"whole", `{` + own + `,"user":{"name":"u","at":"2026-03-01T10:00:00Z"},"items":[{"name":"i"}],"by_key":{"k":{"name":"b"}},"seq":7,"small":255,"rate":1e2,"on":true}`, nil},
		{"null where nothing is possible", `{` + own + `,"user":null,"items":null,"by_key":null}`, nil},
		{"required inside an absent struct", `{}`, nil},
		{"required inside an empty struct", `{"own":{}}`, failure(strictjson.MissingField, "/own/name")},
		{"required inside a pointer", `{` + own + `,"user":{}}`, failure(strictjson.MissingField, "/user/name")},
		{"required inside a list", `{` + own + `,"items":[{"name":"i"},{}]}`, failure(strictjson.MissingField, "/items/1/name")},
		{"required inside a map", `{` + own + `,"by_key":{"secret words":{}}}`, failure(strictjson.MissingField, "/by_key")},
		{"required is empty but there", `{` + own + `,"items":[{"name":""}]}`, nil},
		{"null struct", `{"own":null}`, failure(strictjson.BadType, "/own")},
		{"null number", `{` + own + `,"seq":null}`, failure(strictjson.BadType, "/seq")},
		{"null flag", `{` + own + `,"on":null}`, failure(strictjson.BadType, "/on")},
		{"null time", `{"own":{"name":"n","at":null}}`, failure(strictjson.BadType, "/own/at")},
		{"null in a list", `{` + own + `,"items":[null]}`, failure(strictjson.BadType, "/items/0")},
		{"time is no time", `{"own":{"name":"n","at":"yesterday"}}`, failure(strictjson.BadValue, "/own/at")},
		{"time without zone", `{"own":{"name":"n","at":"2026-03-01T10:00:00"}}`, failure(strictjson.BadValue, "/own/at")},
		{"time is a number", `{"own":{"name":"n","at":1767225600}}`, failure(strictjson.BadType, "/own/at")},
		{"number as text", `{` + own + `,"seq":"5"}`, failure(strictjson.BadType, "/seq")},
		{"number with a fraction", `{` + own + `,"seq":1.5}`, failure(strictjson.BadValue, "/seq")},
		{"number with a zero fraction", `{` + own + `,"seq":1.0}`, failure(strictjson.BadValue, "/seq")},
		{"number with an exponent", `{` + own + `,"seq":1e3}`, failure(strictjson.BadValue, "/seq")},
		{"number beyond 64 bits", `{` + own + `,"seq":9223372036854775808}`, failure(strictjson.BadValue, "/seq")},
		{"negative for unsigned", `{` + own + `,"small":-1}`, failure(strictjson.BadValue, "/small")},
		{"too big for a byte", `{` + own + `,"small":256}`, failure(strictjson.BadValue, "/small")},
		{"float beyond its range", `{` + own + `,"rate":1e400}`, failure(strictjson.BadValue, "/rate")},
		{"flag as number", `{` + own + `,"on":1}`, failure(strictjson.BadType, "/on")},
		{"unknown inside", `{"own":{"name":"n","secret words":1}}`, failure(strictjson.UnknownField, "/own")},
		{"unknown inside a list", `{` + own + `,"items":[{"name":"i"},{"name":"i","x":1}]}`, failure(strictjson.UnknownField, "/items/1")},
		{"list for a struct", `[]`, failure(strictjson.BadType, "")},
		{"null for a struct", `null`, failure(strictjson.BadType, "")},
		{"duplicate inside a map", `{` + own + `,"by_key":{"secret words":{"name":"a"},"secret words":{"name":"a"}}}`, failure(strictjson.BadJSON, "/by_key")},
		{"nothing", ``, failure(strictjson.BadJSON, "")},
		{"two values", `{} {}`, failure(strictjson.BadJSON, "")},
		{"depth 17", `{"items":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`, failure(strictjson.BadJSON, "")},
		{"forbidden and malformed", `{"own":{"name":"\u0000"`, failure(strictjson.BadJSON, "")},
		{"embedded struct", `{"locale":5,` + own + `}`, failure(strictjson.BadType, "/locale")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got body
			err := strictjson.Decode([]byte(tc.in), &got)
			same(t, err, tc.want)
			if err != nil && strings.Contains(err.Error(), "secret words") {
				t.Errorf("error repeats input: %v", err)
			}
		})
	}
}

func TestDecode_FillsTheWholeStruct(t *testing.T) {
	t.Parallel()
	const in = `{"locale":"es","user":{"name":"u","at":"2026-03-01T10:00:00Z"},"own":{"name":"o"},` +
		`"items":[{"name":"i"}],"by_key":{"k":{"name":"b"}},"seq":7,"small":255,"rate":100,"on":true}`
	var got body
	if err := strictjson.Decode([]byte(in), &got); err != nil {
		t.Fatal(err)
	}
	want := body{
		hidden: hidden{Locale: "es"},
		User:   &item{Name: "u", At: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)},
		Own:    item{Name: "o"},
		Items:  []item{{Name: "i"}},
		ByKey:  map[string]item{"k": {Name: "b"}},
		Seq:    7, Small: 255, Rate: 100, On: true,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestError_Field(t *testing.T) {
	t.Parallel()
	got := []string{
		failure(strictjson.BadType, "/items/1/a~1b").Field(),
		failure(strictjson.BadJSON, "").Field(),
		failure(strictjson.BadType, "/text").Error(),
		failure(strictjson.BadJSON, "").Error(),
	}
	if want := []string{"a/b", "", "bad_type at /text", "bad_json"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whatever goes in: no panic; what is taken is valid for encoding/json too and
// means the same there; Peek and Decode agree on what is well formed.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"message.send","id":"c1","text":"hi","form":{"a":"b"}}`,
		`{"type":"m","id":"c","text":"\ud83d\ude00"}`, `{"type":null}`, `{"ty\u0070e":"x"}`, `[[[`, `{"type":"x","text":"\u0000`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := strictjson.Peek(data)
		if err != nil {
			var got send
			if strictjson.Decode(data, &got) == nil && got.Type != "" {
				t.Fatalf("Peek refuses (%v) what Decode takes", err)
			}
			return
		}
		var got, loose send
		if frame.Decode(&got) != nil {
			return
		}
		if err := json.Unmarshal(data, &loose); err != nil || !reflect.DeepEqual(got, loose) {
			t.Fatalf("encoding/json reads %+v (%v), we read %+v", loose, err, got)
		}
		if got.Type != frame.Type || frame.ID != "" && got.ID != frame.ID {
			t.Fatalf("peeked %q %q, decoded %q %q", frame.Type, frame.ID, got.Type, got.ID)
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	data := []byte(`{"type":"message.send","id":"01J9Z0QXN8M4","text":"My KYC review takes so long, please cancel it"}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		frame, err := strictjson.Peek(data)
		if err != nil {
			b.Fatal(err)
		}
		var got send
		if err := frame.Decode(&got); err != nil {
			b.Fatal(err)
		}
	}
}
