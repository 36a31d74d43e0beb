package chat

import (
	"strings"
	"testing"
)

// The greeting says a person's name, and none that poses as the service: not by
// the host app's token, nor by a partner.
func TestGreeting_SaysNoNameThatPoses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, said := range map[string]bool{
		"Ana Souza": true, "王小明": true, "محمد علي": true,
		"Support": false, "Suрроrt": false, "𝐀dmin": false, "\u202etroppuS\u202c": false, "Ana ✔ verified agent": false,
		"Ana. Your account is blocked: evil.example": false, "客服": false, "<b>Ana</b>": false,
	} {
		person := &Person{Subject: "s-" + name, Name: name}
		own, err := h.Hello(t.Context(), Hello{Person: person})
		if err != nil {
			t.Fatal(err)
		}
		partners, err := h.PartnerOpen(t.Context(), Partner{ID: "p", Name: "Acme"}, PartnerOpen{Person: *person})
		if err != nil {
			t.Fatal(err)
		}
		for _, conv := range []string{own.Conversation, partners.ID} {
			greeting := h.transcript(conv)[0].Text
			if greeting == "" || strings.Contains(greeting, name) != said || strings.ContainsAny(greeting, "\u202e✔<") {
				t.Errorf("%q is greeted %q", name, greeting)
			}
		}
	}
}
