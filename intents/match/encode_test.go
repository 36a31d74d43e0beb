package match

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

func tinyFile(t testing.TB) []byte {
	t.Helper()
	data, err := tinyModel(t).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParse_GivesTheSameAnswers(t *testing.T) {
	t.Parallel()
	m, data := tinyModel(t), tinyFile(t)
	back, err := Parse(data, tinyCues())
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := back.MarshalBinary(); !bytes.Equal(again, data) {
		t.Error("a parsed model is written differently")
	}
	if back.Source() != m.Source() || back.Source() != [32]byte{1, 2, 3} {
		t.Errorf("source %x", back.Source())
	}
	var a, b Result
	for _, l := range tiny() {
		m.Match(l.Text, Hint{}, &a)
		back.Match(l.Text, Hint{}, &b)
		if a.Scores[0] != b.Scores[0] || a.OOS != b.OOS || a.Abstain != b.Abstain {
			t.Fatalf("%q: %+v and %+v", l.Text, a, b)
		}
	}
}

// Bad files of section "training data": cut short, another version, any bit
// flipped, too big.
func TestParse_RefusesEveryDamage(t *testing.T) {
	t.Parallel()
	data := tinyFile(t)
	refused := func(what string, file []byte) {
		t.Helper()
		if _, err := Parse(file, tinyCues()); !errors.Is(err, ErrModel) {
			t.Fatalf("%s: %v", what, err)
		}
	}
	for n := 0; n < len(data); n += 1 + len(data)/500 {
		refused("cut short", data[:n])
	}
	refused("longer", append(bytes.Clone(data), 0))
	refused("another format", []byte("{\"this\": \"is not a model file, but it is long enough to be one\"}"))
	r := rng(5)
	for range 1000 {
		file := bytes.Clone(data)
		at := r.below(len(file))
		file[at] ^= 1 << r.below(8)
		refused("a flipped bit", file)
	}
	other := bytes.Clone(data)
	binary.LittleEndian.PutUint32(other[4:], version+1)
	refused("another version", other)
	refused("too big", append(bytes.Clone(data), make([]byte, maxModel)...))
}

// A payload whose sum is right but whose tables are not is refused as well.
func TestParse_RefusesTablesOfWrongSize(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*head){
		"classes": func(h *head) { h.classes++ },
		"stride":  func(h *head) { h.stride++ },
		"table":   func(h *head) { h.table = h.table[1:] },
		"idf":     func(h *head) { h.idf = h.idf[1:] },
		"known":   func(h *head) { h.known = nil },
		"scale":   func(h *head) { h.scale = h.scale[1:] },
		"top":     func(h *head) { h.top = h.top[1:] },
		"gate":    func(h *head) { h.gate.class = 99 },
		"hidden":  func(h *head) { h.hidden = 0 },
	} {
		m, err := Parse(tinyFile(t), tinyCues())
		if err != nil {
			t.Fatal(err)
		}
		spoil(m.heads[0])
		data, _ := m.MarshalBinary()
		if _, err := Parse(data, tinyCues()); !errors.Is(err, ErrModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A model hears the cues that it was trained with, or none.
func TestParse_RefusesOtherCues(t *testing.T) {
	t.Parallel()
	lists := tinyCues()["en"]
	for name, other := range map[string][]*Phrases{
		"none": nil, "too few": lists[:1], "in another order": {lists[1], lists[0]},
		"another phrase": {lists[0], NewPhrases([]string{"not mine"})},
	} {
		if _, err := Parse(tinyFile(t), map[string][]*Phrases{"en": other}); !errors.Is(err, ErrModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(tinyFile(f)[:200])
	f.Add([]byte(magic))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if m, err := Parse(data, tinyCues()); err == nil {
			var r Result
			m.Match("please cancel", Hint{}, &r)
		}
	})
}
