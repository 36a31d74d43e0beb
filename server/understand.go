package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"

	"usher/bot"
	"usher/handoff"
	"usher/intents"
	"usher/intents/match"
	"usher/intents/secret"
	"usher/intents/slot"
	"usher/locales"
	"usher/locales/lines"
	"usher/server/internal/chat"
	"usher/server/internal/config"
	"usher/server/internal/strictjson"
)

// mind is everything pure that the server thinks with.
type mind struct {
	bot    *bot.Bot
	lines  *lines.Book
	queues handoff.Queues
	masker *secret.Masker
	reader *intents.Understander
}

// newMind reads the embedded data and the policy. A policy that cannot be used
// is a usageError.
func newMind(c config.Config) (mind, error) {
	policy := bot.DefaultPolicy()
	if c.Policy != "" {
		text, err := os.ReadFile(c.Policy)
		if err != nil {
			return mind{}, &usageError{"policy: the file cannot be read"}
		}
		if policy, err = bot.ParsePolicy(text); err != nil {
			return mind{}, &usageError{err.Error()}
		}
	}
	queues, err := handoff.LoadQueues()
	if err != nil {
		return mind{}, err
	}
	var catalog *intents.Catalog
	var book *lines.Book
	var reader *intents.Understander
	var slots *slot.Parser
	var masker *secret.Masker
	var all errgroup.Group // each of them reads megabytes
	all.Go(func() (err error) {
		if catalog, err = intents.LoadCatalog(); err == nil {
			book, err = lines.New(locales.Files, catalog.Lines(), policy.Args)
		}
		return err
	})
	all.Go(func() (err error) {
		words, err := secret.Load(locales.Files)
		masker = secret.New(words...)
		return err
	})
	all.Go(func() (err error) {
		if reader, err = intents.NewUnderstander(locales.Files); err == nil {
			slots, err = slot.New(locales.Files)
		}
		return err
	})
	if err := all.Wait(); err != nil {
		return mind{}, err
	}
	b := bot.New(bot.Config{Policy: policy, Catalog: catalog, Queues: queues, Reader: reader, Slots: slots, Speaks: book.Tags()})
	return mind{bot: b, lines: book, queues: queues, masker: masker, reader: reader}, nil
}

// classifyFlags are how much is told about each message.
type classifyFlags struct{ explain int }

func (f *classifyFlags) register(set *flag.FlagSet) {
	set.IntVar(&f.explain, "explain", 0, "also name so many of the words and parts of words that spoke loudest for the intent, or against it")
}

// run reads messages from stdin, one a line, optionally `lang<TAB>text`, and
// writes intent, confidence and language.
func (f *classifyFlags) run(_ context.Context, w world, _ config.Config, _ []string) error {
	reader, err := intents.NewUnderstander(locales.Files)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w.stdout)
	in := bufio.NewScanner(w.stdin)
	in.Buffer(make([]byte, 0, 64<<10), lineMax)
	for in.Scan() {
		hint, text := match.Hint{}, in.Text()
		if tag, rest, ok := strings.Cut(text, "\t"); ok && isTag(tag) {
			hint.Chat, text = tag, rest
		}
		r := reader.Understand(text, hint)
		if _, err := fmt.Fprintf(out, "%s\t%.4f\t%s\n", r.Intent, r.Confidence, r.Lang); err != nil {
			return err
		}
		for _, why := range reader.Explain(text, r.Intent, hint, f.explain) {
			if _, err := fmt.Fprintf(out, "  %+.2f\t%s\n", why.Weight, why.Feature); err != nil {
				return err
			}
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	return out.Flush()
}

// isTag tells a language in front of a message from a message with a tab.
func isTag(s string) bool {
	_, err := language.Parse(s)
	return err == nil && len(s) <= len("zh-Hant")
}

// evalFlags are the files the matcher is scored on.
type evalFlags struct{ train, valid, test, oos, lang string }

func (f *evalFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.train, "train", "", "label<TAB>text lines to learn from")
	set.StringVar(&f.valid, "valid", "", "lines to calibrate on; without them a part of --train is held out")
	set.StringVar(&f.test, "test", "", "lines to score")
	set.StringVar(&f.oos, "oos-label", "oos", "the label of lines that are out of scope")
	set.StringVar(&f.lang, "lang", "en", "the language of the lines")
}

func (f *evalFlags) run(_ context.Context, w world, _ config.Config, _ []string) error {
	if f.train == "" || f.test == "" {
		return &usageError{"matcher eval needs --train and --test"}
	}
	var sets [3][]match.Example
	for i, name := range []string{f.train, f.valid, f.test} {
		if name == "" {
			continue
		}
		lines, err := f.read(name)
		if err != nil {
			return &usageError{err.Error()}
		}
		sets[i] = lines
	}
	report, err := match.Eval(sets[0], sets[1], sets[2], f.oos, w.clock)
	if err != nil {
		return &usageError{err.Error()}
	}
	return report.Print(w.stdout)
}

func (f *evalFlags) read(name string) ([]match.Example, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("matcher eval: %w", err)
	}
	defer func() { _ = file.Close() }()
	return match.ReadTSV(file, name, f.lang)
}

// decide answers one JSON case a line with one JSON decision a line. A bad line
// is answered in its place, and the exit code tells that there was one.
func decide(_ context.Context, w world, c config.Config, args []string) error {
	m, err := w.think(c)
	if err != nil {
		return err
	}
	in := w.stdin
	switch {
	case len(args) > 1:
		return &usageError{"decide takes one FILE, or - for standard input"}
	case len(args) == 1 && args[0] != "-":
		file, err := os.Open(args[0])
		if err != nil {
			return &usageError{"decide: the file cannot be read"}
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	out := bufio.NewWriter(w.stdout)
	bad, err := decideLines(m.bot, in, out, w.clock)
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if err == nil && bad {
		return errFailed
	}
	return err
}

// lineMax is the longest line a command reads.
const lineMax = 1 << 20

func decideLines(b *bot.Bot, in io.Reader, out io.Writer, clock func() time.Time) (bad bool, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), lineMax)
	for lines.Scan() {
		line := lines.Bytes()
		if len(trim(line)) == 0 {
			continue
		}
		answer, err := decideLine(b, line, clock)
		if err != nil {
			bad = true
			answer = problemLine(err)
		}
		if _, err := fmt.Fprintf(out, "%s\n", answer); err != nil {
			return bad, err
		}
	}
	return bad, lines.Err()
}

func decideLine(b *bot.Bot, line []byte, clock func() time.Time) ([]byte, error) {
	var in chat.Case
	if err := strictjson.Decode(line, &in); err != nil {
		if name := unknownMember(line); name != "" {
			return nil, &bot.CaseError{Field: name, Rule: "is not a field of a case"}
		}
		return nil, err
	}
	c := chat.CaseOf(in, clock())
	if err := c.Check(); err != nil {
		return nil, err
	}
	return b.Decide(c).MarshalJSON()
}

// unknownMember names a member that a case does not have, if that is what is
// wrong with the line. Only the operator's own terminal sees it.
func unknownMember(line []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(line, &members) != nil {
		return ""
	}
	known := reflect.TypeFor[chat.Case]()
	for i := range known.NumField() {
		name, _, _ := strings.Cut(known.Field(i).Tag.Get("json"), ",")
		delete(members, name)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		return name
	}
	return ""
}

// problemLine says what is wrong with a line and in which field.
func problemLine(err error) []byte {
	var field, text string
	var wrong *bot.CaseError
	var syntax *strictjson.Error
	switch {
	case errors.As(err, &wrong):
		field, text = wrong.Field, wrong.Error()
	case errors.As(err, &syntax):
		field, text = syntax.Field(), syntax.Error()
	default:
		text = "cannot be decided"
	}
	answer, _ := json.Marshal(struct {
		Error string `json:"error"`
		Field string `json:"field"`
	}{text, field})
	return answer
}

func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}
