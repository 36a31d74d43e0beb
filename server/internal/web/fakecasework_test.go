package web_test

import "maps"

// shown are cases as agents get them who do not hold them: what waits is
// masked.
func shown(cases ...object) []object {
	out := []object{}
	for _, h := range cases {
		if h["state"] == "queued" {
			h = maps.Clone(h)
			fields := object{}
			for id, f := range h["fields"].(object) {
				f := maps.Clone(f.(object))
				if value := f["value"].(string); id == "email" {
					f["value"] = value[:1] + "•••@•••.com"
				} else {
					f["value"] = "•••"
				}
				f["masked"] = true
				fields[id] = f
			}
			h["fields"] = fields
			delete(h, "request")
		}
		out = append(out, h)
	}
	return out
}

// casework answers what agents ask about a case.
func (a *fakeAgent) casework(s *socket, f object) {
	ack := object{"type": "ack", "id": f["id"]}
	switch f["type"] {
	case "handoff.preview":
		ack["messages"] = []object{{"from": "bot", "lang": "en", "text": "The review is cancelled.\n\nDoes the app say Unverified now?", "choices": []object{{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No, not yet"}}}}
	case "field.reveal":
		for _, h := range a.cases {
			if h["id"] == f["handoff"] {
				ack["name"], ack["field"] = f["field"], h["fields"].(object)[f["field"].(string)]
			}
		}
	case "team.list":
		ack["targets_s"] = object{"account_security": 120, "kyc_review": 1800, "supervisor": 1800}
		ack["meter"] = object{"risk_from": 2, "material_from": 4, "freeze_from": 6}
		ack["handoffs"] = []object{}
		ack["agents"] = []object{
			{"id": "a2", "name": "Ivan Petrov", "role": "supervisor", "languages": []string{"ru", "en"}, "queues": []string{"kyc_review", "account_security", "supervisor"}, "state": "online", "cases": 3},
			{"id": "a3", "name": "Noor Haddad", "role": "agent", "languages": []string{"ar"}, "queues": []string{"kyc_review"}, "state": "online", "cases": 0},
			{"id": "a4", "name": "Away Today", "role": "agent", "languages": []string{"en"}, "queues": []string{"kyc_review"}, "state": "away", "cases": 0},
		}
	}
	s.send(ack)
}
