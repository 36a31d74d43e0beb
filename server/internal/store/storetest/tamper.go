package storetest

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/jmoiron/sqlx"

	"usher/server/internal/audit"
	"usher/server/internal/store"
)

// tampering changes the log behind the store's back, a thousand times at
// random, and demands that verifying finds each (G20).
func tampering(t *testing.T, o store.Options) {
	const times, entries = 1000, 24
	s := open(t, o)
	for n := range entries {
		ok(t, s.Record(t.Context(), claim([]string{"ana", "bo"}[n%2], fmt.Sprintf("c%d", n%5))))
	}
	kept := whole(t, s, entries)
	db := behind(t, o)
	db.run(t, `CREATE TABLE good AS SELECT * FROM audit`, `CREATE TABLE good_head AS SELECT * FROM audit_head`)
	random := rand.New(rand.NewPCG(1, 2))
	unfound := map[string]int{}
	kinds := map[string]int{}
	for range times {
		what, statements := tamper(random, entries)
		db.run(t, statements...)
		known := audit.Head{}
		if what == newHead {
			known = kept // nothing else tells a log that was cut off together with its head
		}
		_, fault, err := s.VerifyAudit(t.Context(), known)
		ok(t, err)
		kinds[what]++
		if fault == nil {
			unfound[what]++
			t.Logf("%s: %v", what, statements)
		}
		db.run(t, `DELETE FROM audit`, `INSERT INTO audit SELECT * FROM good`,
			`DELETE FROM audit_head`, `INSERT INTO audit_head SELECT * FROM good_head`)
	}
	if len(unfound) > 0 || len(kinds) != 9 {
		t.Errorf("not found: %v of %v", unfound, kinds)
	}
	whole(t, s, entries)
	afterTampering(t, s, db, entries)
}

// newHead is what somebody does who knows how the log is made.
const newHead = "deletion, with numbers and head to suit"

// tamper is one change that somebody with the database's password might make.
func tamper(random *rand.Rand, entries int) (what string, statements []string) {
	n := 1 + random.IntN(entries)
	m := 1 + (n+random.IntN(entries-1))%entries // another one
	columns := []string{"actor", "role", "action", "conversation", "handoff", "object", "detail", "hash"}
	column := columns[random.IntN(len(columns))]
	const others = `n, at, actor, role, action, conversation, handoff, object, detail, hash`
	switch random.IntN(9) {
	case 0:
		return "edit", []string{fmt.Sprintf(`UPDATE audit SET %s = %s || 'x' WHERE n = %d`, column, column, n)}
	case 1:
		return "edit of the time", []string{fmt.Sprintf(`UPDATE audit SET at = at %+d WHERE n = %d`, 1+random.IntN(1e6), n)}
	case 2:
		return "deletion", []string{fmt.Sprintf(`DELETE FROM audit WHERE n = %d`, n)}
	case 3:
		return newHead, []string{
			fmt.Sprintf(`DELETE FROM audit WHERE n = %d`, n), fmt.Sprintf(`UPDATE audit SET n = n - 1001 WHERE n > %d`, n),
			`UPDATE audit SET n = n + 1000 WHERE n < 0`,
			fmt.Sprintf(`UPDATE audit_head SET n = %d, hash = COALESCE((SELECT hash FROM audit ORDER BY n DESC LIMIT 1), '')`, entries-1),
		}
	case 4:
		return "swap", []string{
			fmt.Sprintf(`UPDATE audit SET n = -1 WHERE n = %d`, n), fmt.Sprintf(`UPDATE audit SET n = %d WHERE n = %d`, n, m),
			fmt.Sprintf(`UPDATE audit SET n = %d WHERE n = -1`, m),
		}
	case 5:
		return "truncation", []string{fmt.Sprintf(`DELETE FROM audit WHERE n >= %d`, n)}
	case 6:
		at := []int{-random.IntN(1000), entries + 1 + random.IntN(3)}[random.IntN(2)]
		return "insertion", []string{fmt.Sprintf(`INSERT INTO audit (%s) SELECT %d, %s FROM audit WHERE n = %d`, others, at, others[3:], n)}
	case 7:
		return "the head", []string{[]string{
			`DELETE FROM audit_head`, `UPDATE audit_head SET hash = hash || 'x'`,
			fmt.Sprintf(`UPDATE audit_head SET n = n %+d`, []int{-n, n}[random.IntN(2)]),
		}[random.IntN(3)]}
	}
	return "hashes of others", []string{
		fmt.Sprintf(`UPDATE audit SET hash = (SELECT g.hash FROM good AS g WHERE g.n = %d) WHERE n = %d`, m, n),
	}
}

// afterTampering: a damaged log takes further entries, and stays damaged.
func afterTampering(t *testing.T, s *store.Store, db outside, entries int64) {
	for _, statement := range []string{
		`DELETE FROM audit_head`, `DELETE FROM audit WHERE n > 20`,
		fmt.Sprintf(`UPDATE audit SET n = %d WHERE n = 1`, entries+1), `DELETE FROM audit; DELETE FROM audit_head`,
	} {
		db.run(t, statement)
		ok(t, s.Record(t.Context(), claim("ana", "c")))
		if _, fault, err := s.VerifyAudit(t.Context(), audit.Head{}); fault == nil || err != nil {
			t.Errorf("%s: %+v, %v", statement, fault, err)
		}
		db.run(t, `DELETE FROM audit`, `INSERT INTO audit SELECT * FROM good`,
			`DELETE FROM audit_head`, `INSERT INTO audit_head SELECT * FROM good_head`)
	}
}

// outside is a connection to the database that knows nothing of the store.
type outside struct{ *sqlx.DB }

func behind(t *testing.T, o store.Options) outside {
	t.Helper()
	driver, source := "postgres", o.DatabaseURL
	if source == "" {
		driver, source = "sqlite", "file:"+filepath.Join(o.DataDir, store.FileName)+"?_pragma=busy_timeout(2000)&_txlock=immediate"
	}
	db, err := sqlx.Open(driver, source)
	ok(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return outside{db}
}

// run changes the database in one transaction.
func (d outside) run(t *testing.T, statements ...string) {
	t.Helper()
	tx, err := d.Beginx()
	ok(t, err)
	for _, s := range statements {
		if _, err := tx.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	ok(t, tx.Commit())
}
