package handoff

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLoadQueues(t *testing.T) {
	t.Parallel()
	qs, err := LoadQueues()
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string][]string{
		"agent":      {KYCReview},
		"security":   {AccountSecurity},
		"supervisor": {AccountSecurity, KYCReview, Supervisor},
		"admin":      {AccountSecurity, KYCReview, Supervisor},
		"":           nil,
		"Agent":      nil,
	} {
		if got := qs.ForRole(role); !slices.Equal(got, want) {
			t.Errorf("%s sees %v, want %v", role, got, want)
		}
	}
	security, _ := qs.Get(AccountSecurity)
	if security.Priority != Urgent || security.Target != 2*time.Minute {
		t.Errorf("security %+v", security)
	}
	for _, q := range qs {
		if q.ID != AccountSecurity && (q.Priority != Normal || q.Rank <= security.Rank) {
			t.Errorf("%s is not behind security", q.ID)
		}
	}
	if _, ok := qs.Get("nowhere"); ok {
		t.Error("an unknown queue was found")
	}
}

func TestParseQueues_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, with, says string }{
		"no TOML":         {"rank = 0", "rank = ", "queues.toml"},
		"unknown key":     {"rank = 0", "rank = 0\ncolour = 1", "account_security.colour"},
		"no target":       {`target = "2m"`, "", "account_security.target"},
		"negative target": {`"2m"`, `"-2m"`, "account_security.target"},
		"target of words": {`"2m"`, `"soon"`, "account_security.target"},
		"wrong type":      {"rank = 0", `rank = "first"`, "queues.toml"},
		"priority":        {`"urgent"`, `"high"`, "account_security.priority"},
		"nobody":          {`["security", "supervisor", "admin"]`, "[]", "account_security.roles"},
		"renamed":         {"[account_security]", "[security]", "account_security is missing"},
		"twice":           {"[supervisor]", "[account_security]", "queues.toml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(queuesTOML, c.old, c.with, 1)
			if text == queuesTOML {
				t.Fatal("nothing was changed")
			}
			if _, err := parseQueues(text); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want it to name %s", err, c.says)
			}
		})
	}
}

func TestParseQueues_TakesAFurtherQueue(t *testing.T) {
	t.Parallel()
	qs, err := parseQueues(queuesTOML + "\n[billing]\nrank = 0\npriority = \"normal\"\nroles = [\"agent\"]\ntarget = \"1h\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := qs.ForRole("agent"); !slices.Equal(got, []string{"billing", KYCReview}) {
		t.Errorf("agent sees %v", got)
	}
}
