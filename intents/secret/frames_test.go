package secret

import (
	"strings"
	"testing"
)

// frames are the phrases of frames.txt that a kind of thing makes in each
// language.
func frames(t *testing.T, kind string) map[string][]string {
	t.Helper()
	parts := map[string]map[string][]string{}
	for _, line := range lines(t, "testdata/frames.txt") {
		cells := strings.Split(line, "\t")
		if len(cells) != 3 {
			t.Fatalf("%q", line)
		}
		if parts[cells[0]] == nil {
			parts[cells[0]] = map[string][]string{}
		}
		parts[cells[0]][cells[1]] = strings.Split(cells[2], "|")
	}
	all := map[string][]string{}
	for tag, p := range parts {
		for _, ask := range p["ask"] {
			for _, thing := range p[kind] {
				all[tag] = append(all[tag], strings.ReplaceAll(ask, "%s", thing))
			}
		}
	}
	return all
}

// Of more than five hundred ways to ask for a secret at least 99 % are stopped,
// and of as many ways to ask for what support does ask for at most 1 %, in the
// same sentences: no agent can be made to look like a thief, nor a thief like an
// agent.
func TestAsks_TheSameSentencesForSecretsAndForOtherThings(t *testing.T) {
	t.Parallel()
	m := everyLanguage(t)
	for kind, stops := range map[string]bool{"secret": true, "plain": false} {
		wrong, all := []string{}, 0
		for tag, texts := range frames(t, kind) {
			for _, text := range texts {
				if all++; m.Asks(text) != stops {
					wrong = append(wrong, tag+" "+text)
				}
			}
		}
		t.Logf("%s: %d of %d wrong", kind, len(wrong), all)
		if all < 500 || len(wrong)*100 > all {
			t.Errorf("%s: %d of %d are wrong:\n%s", kind, len(wrong), all, strings.Join(wrong, "\n"))
		}
	}
}
