package api

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"usher/server/internal/wire"
)

// What people say in every fourth of the bot's own transcripts goes through the
// API; every answer that rests on the decision table leaves a receipt, and its case
// asked again gives the same decision.
func TestReceipts_EveryAnswerReplays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	files, err := filepath.Glob("../../../bot/testdata/*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	replayed, rows := 0, map[int]bool{}
	for n, lines := range dialogues(t, files) {
		if n%4 != 0 {
			continue
		}
		conv := h.open(key, "u")
		for i, line := range lines {
			h.pass(11 * time.Minute)
			body, _ := json.Marshal(map[string]string{"id": string(rune('a' + i)), "text": line})
			got := h.do(key, "POST", "/conversations/"+conv+"/messages", string(body))
			if got.status == 409 || got.status == 422 {
				break // it ended, or the line is one the door refuses
			}
			var r wire.Reply
			h.want(200, got).into(t, &r)
			for _, m := range r.Replies {
				if m.Meta == nil || m.Meta.Decision == "" {
					continue
				}
				var receipt wire.DecisionReceipt
				h.want(200, h.do(key, "GET", "/decisions/"+m.Meta.Decision, "")).into(t, &receipt)
				if receipt.Decision.Advice != m.Meta.Advice || receipt.Conversation != conv || receipt.Seq != m.Seq {
					t.Errorf("the receipt %+v is not of the message %+v", receipt, m.Meta)
				}
				raw, _ := json.Marshal(receipt.Case)
				var again wire.Decision
				h.want(200, h.do(key, "POST", "/decide", string(raw))).into(t, &again)
				again.ID = ""
				if !reflect.DeepEqual(again, receipt.Decision) {
					t.Errorf("%s decided\n%+v\nnow\n%+v", raw, receipt.Decision, again)
				}
				rows[receipt.Row] = true
				replayed++
			}
		}
	}
	if replayed < 50 || len(rows) < 8 {
		t.Errorf("only %d receipts of rows %v replayed", replayed, rows)
	}
	t.Logf("%d receipts of %d rows replayed", replayed, len(rows))
}

// dialogues are what people say in each transcript.
func dialogues(t *testing.T, files []string) [][]string {
	t.Helper()
	all := make([][]string, len(files))
	for n, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if said, ok := strings.CutPrefix(lines.Text(), "user:"); ok {
				all[n] = append(all[n], strings.TrimSpace(said))
			}
		}
		_ = f.Close()
	}
	return all
}

// A receipt shows no email: not of one that was asked for alone, and not of one
// in a conversation.
func TestReceipts_HoldNoEmail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.key("Acme")
	var d wire.Decision
	h.want(200, h.do(key, "POST", "/decide", `{"intent":"wrong_document","email":"ana@example.com","status":"under_review_manual"}`)).into(t, &d)
	stored, err := h.st.Decision(t.Context(), d.ID)
	if err != nil || strings.Contains(string(stored.Data), "ana@") || !strings.Contains(string(stored.Data), `"email"`) {
		t.Errorf("stored %s, %v", stored.Data, err)
	}
	h.pass(keepReceipts + time.Hour)
	h.api.Sweep(t.Context())
	if got := h.do(key, "GET", "/decisions/"+d.ID, "").status; got != 404 {
		t.Errorf("an old receipt: %d", got)
	}
}
