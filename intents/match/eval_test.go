package match

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// clock advances one millisecond a reading.
func clock() func() time.Time {
	at := time.Unix(0, 0)
	return func() time.Time {
		at = at.Add(time.Millisecond)
		return at
	}
}

func split(lines []Example) (train, test []Example) {
	for i, l := range lines {
		if i%4 == 0 {
			test = append(test, l)
		} else {
			train = append(train, l)
		}
	}
	return train, test
}

func TestEval_ReportsWhatTheCommandPrints(t *testing.T) {
	train, test := split(tiny())
	r, err := Eval(train, nil, test, "oos", clock())
	if err != nil {
		t.Fatal(err)
	}
	if r.Accuracy < 0.8 || r.OOSRecall < 0.8 || r.MacroF1 < 0.8 || r.ModelBytes < 1<<16 || r.TrainS != 0 || r.P50us != 1000 || r.P99us != 1000 {
		t.Errorf("got %+v", r)
	}
	var out bytes.Buffer
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	var keys map[string]float64
	if err := json.Unmarshal(out.Bytes(), &keys); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		t.Fatalf("%s: %v", out.Bytes(), err)
	}
	for _, k := range []string{"accuracy", "oos_recall", "macro_f1", "model_bytes", "train_s", "p50_us", "p99_us", "allocs"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("%s is not printed", k)
		}
	}
	if len(keys) != 8 {
		t.Errorf("printed %v", keys)
	}
}

// Abstaining on a line in scope is wrong, and nothing is abstained on where
// no line is out of scope.
func TestEval_CountsAbstentionsAsWrong(t *testing.T) {
	t.Parallel()
	m := tinyModel(t)
	var r Report
	r.judge(m, []Example{{"cancel", "en", "give me the weather"}, {"oos", "en", "give me the weather"}}, "oos")
	if r.Accuracy != 0 || r.OOSRecall != 1 {
		t.Errorf("got %+v", r)
	}
	var inside []Example
	for _, l := range tiny() {
		if l.Label != "oos" {
			inside = append(inside, l)
		}
	}
	train, test := split(inside)
	got, err := Eval(train, nil, test, "oos", clock())
	if err != nil || got.Accuracy < 0.9 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestEval_RefusesNothing(t *testing.T) {
	t.Parallel()
	if _, err := Eval(tiny(), nil, nil, "oos", clock()); err == nil {
		t.Error("an empty test set was scored")
	}
}
