package match

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"
)

// Report is what an evaluation prints. Accuracy, OOSRecall and MacroF1 are
// fractions; OOSRecall is 0 when the test set has no out-of-scope lines.
type Report struct {
	Accuracy   float64 `json:"accuracy"`    // in-scope lines given their label; abstaining is wrong
	OOSRecall  float64 `json:"oos_recall"`  // out-of-scope lines abstained on
	MacroF1    float64 `json:"macro_f1"`    // mean over the labels of the test set, out of scope included
	ModelBytes int     `json:"model_bytes"` // the whole binary model
	TrainS     float64 `json:"train_s"`     // with calibration, wall clock
	P50us      float64 `json:"p50_us"`      // one message, median
	P99us      float64 `json:"p99_us"`
	Allocs     float64 `json:"allocs"` // heap allocations a message
}

// evalLoss is what the gate may cost in an evaluation: on CLINC150's
// validation lines 1.3 % buys out-of-scope recall above 80 % at 92 % in scope.
const evalLoss = 0.010

// EvalOptions returns how Eval trains: the largest tables that stay within
// four megabytes for the number of labels in lines.
func EvalOptions(lines []Example, oosLabel string) Options {
	labels := map[string]bool{}
	for _, l := range lines {
		labels[l.Label] = true
	}
	const hidden = 128
	o := Options{OOSLabel: oosLabel, Hidden: hidden, Buckets: 1 << 14, Loss: evalLoss}
	for o.Buckets > 1<<10 && o.Buckets*(pad(len(labels))+hidden) > 7<<20 {
		o.Buckets /= 2
	}
	return o
}

// Eval trains on train, calibrates on valid (or, without it, on a part of
// train in turn), and measures on test. now is the clock.
func Eval(train, valid, test []Example, oosLabel string, now func() time.Time) (Report, error) {
	if !has(train, oosLabel) && !has(valid, oosLabel) && !has(test, oosLabel) {
		oosLabel = "" // nothing is out of scope: abstaining could only lose
	}
	o := EvalOptions(train, oosLabel)
	o.Valid = valid
	return EvalWith(train, test, o, now)
}

func has(lines []Example, label string) bool {
	return slices.ContainsFunc(lines, func(l Example) bool { return l.Label == label })
}

// EvalWith is Eval with options of one's own.
func EvalWith(train, test []Example, o Options, now func() time.Time) (Report, error) {
	if len(test) == 0 {
		return Report{}, fmt.Errorf("test: %w", ErrNoExamples)
	}
	started := now()
	m, err := Train(train, o)
	if err != nil {
		return Report{}, err
	}
	r := Report{TrainS: round(now().Sub(started).Seconds(), 2)}
	data, err := m.MarshalBinary()
	if err != nil {
		return Report{}, err
	}
	r.ModelBytes = len(data)
	r.judge(m, test, o.OOSLabel)
	r.time(m, test, now)
	return r, nil
}

// Predict returns the label that counts in an evaluation: the out-of-scope
// label when the model abstains, else the best label in scope.
func (m *Model) Predict(r *Result) string {
	if r.Abstain && m.oos != "" {
		return m.oos
	}
	for _, s := range r.Scores {
		if s.Label != m.oos || m.oos == "" {
			return s.Label
		}
	}
	return m.oos
}

func (r *Report) judge(m *Model, test []Example, oosLabel string) {
	var res Result
	type tally struct{ hit, said, real int }
	tallies := map[string]*tally{}
	of := func(l string) *tally {
		if tallies[l] == nil {
			tallies[l] = new(tally)
		}
		return tallies[l]
	}
	in, right, out, caught := 0, 0, 0, 0
	for _, l := range test {
		m.Match(l.Text, Hint{}, &res)
		got := m.Predict(&res)
		of(l.Label).real++
		of(got).said++
		ok := got == l.Label
		if ok {
			of(got).hit++
		}
		if oosLabel != "" && l.Label == oosLabel {
			out++
			if ok {
				caught++
			}
			continue
		}
		in++
		if ok {
			right++
		}
	}
	sum, n := 0.0, 0
	for _, t := range tallies {
		if t.real > 0 {
			sum += 2 * float64(t.hit) / float64(t.said+t.real)
			n++
		}
	}
	r.MacroF1 = round(sum/float64(n), 5)
	r.Accuracy = round(float64(right)/float64(max(in, 1)), 5)
	r.OOSRecall = round(float64(caught)/float64(max(out, 1)), 5)
}

// time measures one message at a time, after one pass to warm up.
func (r *Report) time(m *Model, test []Example, now func() time.Time) {
	var res Result
	for _, l := range test {
		m.Match(l.Text, Hint{}, &res)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, l := range test {
		m.Match(l.Text, Hint{}, &res)
	}
	runtime.ReadMemStats(&after)
	r.Allocs = round(float64(after.Mallocs-before.Mallocs)/float64(len(test)), 2)
	times := make([]float64, 0, 3*len(test))
	for range 3 {
		for _, l := range test {
			t := now()
			m.Match(l.Text, Hint{}, &res)
			times = append(times, float64(now().Sub(t).Nanoseconds())/1e3)
		}
	}
	slices.Sort(times)
	r.P50us = round(times[len(times)/2], 2)
	r.P99us = round(times[len(times)*99/100], 2)
}

// Print writes the report as one line of JSON.
func (r Report) Print(w io.Writer) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", line)
	return err
}

func round(x float64, digits int) float64 {
	f := math.Pow10(digits)
	return math.Round(x*f) / f
}
