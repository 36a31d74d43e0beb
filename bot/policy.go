package bot

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/BurntSushi/toml"
)

//go:embed policy.toml
var defaultPolicy []byte

// Policy is the guide's numbers, names and paths as data; policy.toml says
// which fact each rests on.
type Policy struct {
	Brand string `toml:"brand"`
	Labels
	// In has the labels as the app shows them in other languages, by tag.
	In     map[string]Labels `toml:"in"`
	Review struct {
		Automated      duration `toml:"automated"`
		FutureLeeway   duration `toml:"future_leeway"`
		Oldest         duration `toml:"oldest"`
		RejectionTakes duration `toml:"rejection_takes"`
		NormalHours    [2]int   `toml:"normal_hours"`
	} `toml:"review"`
	Agent struct {
		TakesMinutes [2]int `toml:"takes_minutes"`
	} `toml:"agent"`
	Resubmit struct {
		FaceFailedWait   duration  `toml:"face_failed_wait"`
		RejectedWait     duration  `toml:"rejected_wait"`
		RejectionsFrom   int       `toml:"rejections_from"`
		FaceFailuresFrom int       `toml:"face_failures_from"`
		Window           [2]string `toml:"window"`
		Avoid            [2]string `toml:"avoid"`
		WindowZone       string    `toml:"window_zone"`
		FaceDistanceCM   int       `toml:"face_distance_cm"`
	} `toml:"resubmit"`
	Warn struct {
		RiskFrom      int    `toml:"risk_from"`
		MaterialFrom  int    `toml:"material_from"`
		FreezeFrom    int    `toml:"freeze_from"`
		StricterTimes [2]int `toml:"stricter_times"`
		QueueHours    [2]int `toml:"queue_hours"`
		FreezeHours   [2]int `toml:"freeze_hours"`
	} `toml:"warn"`

	// Hash names the policy's exact text in decisions: "sha256:" and hex.
	Hash string `toml:"-"`

	windowZone *time.Location
	window     [2]time.Duration // since midnight in windowZone
}

// Labels are what the app shows, and where.
type Labels struct {
	StatusPath      string `toml:"status_path"`
	StatusPage      string `toml:"status_page"`
	VerifyButton    string `toml:"verify_button"`
	UnverifiedLabel string `toml:"unverified_label"`
	AgentPhrase     string `toml:"agent_phrase"`
	SupportButton   string `toml:"support_button"`
}

// named are the labels by the names they have in files and lines.
func (l Labels) named() map[string]string {
	return map[string]string{
		"status_path": l.StatusPath, "status_page": l.StatusPage, "verify_button": l.VerifyButton,
		"unverified_label": l.UnverifiedLabel, "agent_phrase": l.AgentPhrase, "support_button": l.SupportButton,
	}
}

type duration time.Duration

// UnmarshalText reads Go's duration text.
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = duration(v)
	return err
}

// DefaultPolicy is the guide's own numbers.
func DefaultPolicy() Policy {
	p, err := ParsePolicy(defaultPolicy)
	if err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return p
}

// ParsePolicy reads a policy file. Every key must be known, present and in
// range; an error names the key.
func ParsePolicy(text []byte) (Policy, error) {
	var p Policy
	md, err := toml.Decode(string(text), &p)
	if err != nil {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return Policy{}, fmt.Errorf("policy: unknown key %s", extra[0])
	}
	if err := p.check(); err != nil {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	sum := sha256.Sum256(text)
	p.Hash = "sha256:" + hex.EncodeToString(sum[:])
	return p, nil
}

func (p *Policy) check() error {
	var errs []error
	must := func(ok bool, key, rule string) {
		if !ok {
			errs = append(errs, fmt.Errorf("%s %s", key, rule))
		}
	}
	must(p.Brand != "", "brand", "must not be empty")
	for key, text := range p.named() {
		must(text != "", key, "must not be empty")
	}
	for tag, labels := range p.In {
		for key, text := range labels.named() {
			must(text != "", "in."+tag+"."+key, "must not be empty")
		}
	}
	for key, d := range map[string]duration{
		"review.automated": p.Review.Automated, "review.oldest": p.Review.Oldest,
		"review.future_leeway": p.Review.FutureLeeway, "review.rejection_takes": p.Review.RejectionTakes,
		"resubmit.face_failed_wait": p.Resubmit.FaceFailedWait, "resubmit.rejected_wait": p.Resubmit.RejectedWait,
	} {
		must(d > 0, key, "must be a positive duration such as 30m")
	}
	for key, n := range map[string]int{
		"resubmit.rejections_from": p.Resubmit.RejectionsFrom, "resubmit.face_failures_from": p.Resubmit.FaceFailuresFrom,
		"resubmit.face_distance_cm": p.Resubmit.FaceDistanceCM, "warn.risk_from": p.Warn.RiskFrom,
		"warn.material_from": p.Warn.MaterialFrom, "warn.freeze_from": p.Warn.FreezeFrom,
	} {
		must(n > 0, key, "must be at least 1")
	}
	for key, r := range map[string][2]int{
		"review.normal_hours": p.Review.NormalHours, "agent.takes_minutes": p.Agent.TakesMinutes,
		"warn.stricter_times": p.Warn.StricterTimes, "warn.queue_hours": p.Warn.QueueHours,
		"warn.freeze_hours": p.Warn.FreezeHours,
	} {
		must(r[0] > 0 && r[0] <= r[1], key, "must be two positive numbers, the smaller first")
	}
	var err error
	p.windowZone, err = time.LoadLocation(p.Resubmit.WindowZone)
	must(err == nil && p.Resubmit.WindowZone != "", "resubmit.window_zone", "must be a zone such as Asia/Shanghai")
	p.window, err = clockPair(p.Resubmit.Window)
	must(err == nil, "resubmit.window", "must be two times such as 20:00, the earlier first")
	_, err = clockPair(p.Resubmit.Avoid)
	must(err == nil, "resubmit.avoid", "must be two times such as 11:00, the earlier first")
	return errors.Join(errs...)
}

var errClock = errors.New("not a pair of clock times")

func clockPair(pair [2]string) (since [2]time.Duration, err error) {
	for i, text := range pair {
		t, err := time.Parse("15:04", text)
		if err != nil {
			return since, errClock
		}
		since[i] = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	if since[0] >= since[1] {
		return since, errClock
	}
	return since, nil
}

// NextWindow is the next (or running) span with the best chance of an instant
// pass (G6.4) that ends after the given time.
func (p *Policy) NextWindow(after time.Time) (from, to time.Time) {
	local := after.In(p.windowZone)
	for day := 0; ; day++ {
		midnight := time.Date(local.Year(), local.Month(), local.Day()+day, 0, 0, 0, 0, p.windowZone)
		from, to = midnight.Add(p.window[0]), midnight.Add(p.window[1])
		if to.After(after) {
			return from, to
		}
	}
}
