package chat

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// No secret that somebody pastes reaches a file or the log, whichever way it
// comes in.
func TestMasking_NothingSecretIsStored(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const (
		password = "Tr0ub4dor&3xQz"
		card     = "4111 1111 1111 1111"
		phrase   = "legal winner thank year wave sausage worth useful legal winner thank yellow"
		key      = "sk_live_51H8xQ2eZvKYlo2CqW7dT9"
	)
	conv, id := h.waiting()
	h.say(conv, "my password is "+password)
	h.say(conv, "card "+card+" and phrase "+phrase)
	must(h.Send(t.Context(), conv, Sent{ClientID: "f", Form: map[string]string{"email": "my password is " + password, "reason": card}}))(t)
	must(h.Send(t.Context(), conv, Sent{ClientID: "c", Choice: "my password is " + password}))(t)
	must(h.Send(t.Context(), conv, Sent{ClientID: "k", Text: "my api key is " + key}))(t)
	must(h.ClaimNext(t.Context(), boss))(t)
	h.say(conv, "or is it password: "+password)
	must(h.AddNote(t.Context(), boss, conv, "they said their password is "+password))(t)
	must(h.Complete(t.Context(), boss, id, "answered", "card "+card))(t)
	ok(t, h.Rate(t.Context(), conv, id, 5, "my password is "+password))
	must(h.Hello(t.Context(), Hello{Session: h.secretOf(conv)}))(t)
	hidden := []string{password, card, "winner thank year", key, h.secretOf(conv)}
	look := func(where, text string) {
		for _, s := range hidden {
			if strings.Contains(text, s) {
				t.Errorf("%s holds %q", where, s)
			}
		}
	}
	files := 0
	ok(t, filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files++
		look(filepath.Base(path), string(raw))
		if filepath.Ext(path) == ".db-wal" && !strings.Contains(string(raw), "they said their password is") {
			t.Error("the note itself was not found, so this test looks in the wrong place")
		}
		return err
	}))
	if files < 2 {
		t.Errorf("looked into %d files", files)
	}
	look("the log", h.log.String())
	warned := false
	for _, m := range h.transcript(conv) {
		warned = warned || m.From == "bot" && strings.Contains(m.Text, "change it now")
	}
	equal(t, "told to change it", warned, true)
}
