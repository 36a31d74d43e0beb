package slot

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/BurntSushi/toml"
)

// ErrWords is wrapped by every error about a language's data.
var ErrWords = errors.New("slot words")

// Words is one language's slots.toml. Words are matched without regard to
// case, accents and width. In every list an entry may hold alternatives,
// "{wrong|incorrect} id", and a gap of a few words, "wrong .. name".
type Words struct {
	// Own words are left out where this language is read in a message of another
	// one, whose ordinary words they are ("mon", "sat", "ya"). Only the base
	// language is read so.
	Own []string `toml:"own"`
	// Suffixes and Prefixes may be glued to any word of the language
	// ("saat 8'de", "بالأمس"); empty where words stand alone.
	Suffixes []string    `toml:"suffixes"`
	Prefixes []string    `toml:"prefixes"`
	Time     TimeWords   `toml:"time"`
	Template LabelWords  `toml:"template"`
	Status   StatusWords `toml:"status"`
	Reason   ReasonWords `toml:"reason"`
	Answer   AnswerWords `toml:"answer"`
	Count    CountWords  `toml:"count"`
}

// TimeWords are the words dates, times and ages are told with.
type TimeWords struct {
	Order string `toml:"order"` // "dmy", "mdy" or "ymd": how 5/11/2026 is meant first
	Clock int    `toml:"clock"` // 12 or 24: whether "9:30" may be in the evening
	// TenMultiplies: number words are put together as 2-10-5 = 25.
	TenMultiplies bool `toml:"ten_multiplies"`
	// OnesFirst: they are put together as five-and-twenty = 25.
	OnesFirst bool               `toml:"ones_first"`
	Numbers   map[string]float64 `toml:"numbers"` // "one" = 1, "half" = 0.5

	// Articles count as one before a unit ("an hour") and are nothing else.
	Articles []string `toml:"articles"`

	Second []string `toml:"second"`
	Minute []string `toml:"minute"`
	Hour   []string `toml:"hour"`
	Day    []string `toml:"day"`
	Week   []string `toml:"week"`
	Month  []string `toml:"month"`

	// Spans are words that are a whole span: "ساعتين" = "2h", "полчаса" = "30m",
	// "сутки" = "1d". One that is a unit or an At as well ("ساعة" = "1h", "hora" =
	// "1h") is a span only beside Ago, Been or SoFar ("hace hora y media"), or
	// as the answer itself.
	Spans map[string]string `toml:"spans"`

	Ago    []string `toml:"ago"`     // before or after an age: "ago", "hace"
	Been   []string `toml:"been"`    // before an age: "it has been", "waiting for"
	SoFar  []string `toml:"so_far"`  // before an age, but also elsewhere: "for", "since"
	NotAgo []string `toml:"not_ago"` // before a span that is no age: "in", "within"
	Now    []string `toml:"now"`     // "just now"
	// NowAsked are now only as an answer of their own to a question for the time.
	NowAsked []string `toml:"now_asked"`
	About    []string `toml:"about"` // "around"
	Less     []string `toml:"less"`  // "less than", "almost"
	// LessAfter stands behind an age: 1時間弱, "yarım saat olmadı". NotAgoAfter
	// behind a span that is no age: "30 मिनट बाद", "2 saat sonra".
	LessAfter   []string `toml:"less_after"`
	NotAgoAfter []string `toml:"not_ago_after"`
	Vague       []string `toml:"vague"` // "a few"
	And         []string `toml:"and"`
	Fill        []string `toml:"fill"` // may stand between the parts of a time: "on", "the"

	Days     []DayWord  `toml:"days"`
	Parts    []PartWord `toml:"parts"`
	Weekdays [][]string `toml:"weekdays"` // seven, Sunday first
	Months   [][]string `toml:"months"`   // twelve
	Last     []string   `toml:"last"`     // beside a weekday: the one before today
	// LastWeek beside a weekday means that of the week before, which ended on
	// Sunday: "上", "de la semana pasada".
	LastWeek []string `toml:"last_week"`

	At      []string `toml:"at"`      // before an hour
	Between []string `toml:"between"` // before two hours with And between them
	Oclock  []string `toml:"oclock"`  // after an hour: "o'clock", "Uhr", "点"
	// Oclock24 are the Oclock words that go with the 24-hour clock even where
	// Clock is 12 ("9h").
	Oclock24 []string `toml:"oclock_24"`
	// PastAfter and ToAfter stand behind an hour and minutes that are past or to
	// it: "9'u 10 geçe", 4時5分前.
	PastAfter []string `toml:"past_after"`
	ToAfter   []string `toml:"to_after"`
	HalfPast  []string `toml:"half_past"` // before an hour: half an hour later
	HalfTo    []string `toml:"half_to"`   // before an hour: half an hour earlier ("halb")
	// Toward are other words before an hour, by the minutes of the hour before
	// it: "dreiviertel neun" is 8:45, so "dreiviertel" = 45.
	Toward map[string]int `toml:"toward"`
	// OfHour are hours that minutes before them have begun: "десять минут
	// пятого" is 4:10, so "пятого" = 5.
	OfHour    map[string]int `toml:"of_hour"`
	HalfAfter []string       `toml:"half_after"` // after an hour: half an hour later ("y media")
	Past      []string       `toml:"past"`       // "ten past nine"
	To        []string       `toml:"to"`         // "ten to nine"
	Plus      []string       `toml:"plus"`       // after an hour: "y", "et"
	Minus     []string       `toml:"minus"`      // after an hour: "menos", "moins"
	Quarter   []string       `toml:"quarter"`

	YearMark  []string `toml:"year_mark"`  // 年
	MonthMark []string `toml:"month_mark"` // 月
	// DayMark stands beside the day of a month: 日, "th"; "." where "20." is the
	// twentieth.
	DayMark []string `toml:"day_mark"`
	// Endings are glued to figures behind an apostrophe or a hyphen ("2026'da",
	// "5-ти"). One that is Oclock or DayMark as well is that.
	Endings []string `toml:"endings"`

	ZoneWord []string          `toml:"zone_word"` // beside a place: "time"
	Zones    map[string]string `toml:"zones"`     // names of zones in this language
	// ZonesAsked are names that mean a zone only when it was asked for,
	// because they mean a time as well: "المغرب", Morocco and sunset.
	ZonesAsked map[string]string `toml:"zones_asked"`

	Submit    []string `toml:"submit"`     // what a time of submission stands beside: "sent"
	Subject   []string `toml:"subject"`    // what is submitted: "verification"
	NotSubmit []string `toml:"not_submit"` // what other times stand beside
}

// DayWord names a day by its distance from today and, perhaps, a part of it.
type DayWord struct {
	Words  []string `toml:"words"`
	Offset int      `toml:"offset"`
	Part   string   `toml:"part"`
}

// PartWord names a part of the day: am, pm, dawn, morning, noon, afternoon,
// evening, night or midnight.
type PartWord struct {
	Words []string `toml:"words"`
	Part  string   `toml:"part"`
}

// LabelWords are the labels of the fields of G4.4.
type LabelWords struct {
	Email  []string `toml:"email"`
	Time   []string `toml:"submitted_at"`
	Status []string `toml:"status"`
	Reason []string `toml:"reason"`
}

// StatusWords tell the status as the app shows it.
type StatusWords struct {
	UnderReview []string `toml:"under_review"`
	Automated   []string `toml:"under_review_automated"`
	Manual      []string `toml:"under_review_manual"`
	Rejected    []string `toml:"rejected"`
	Unverified  []string `toml:"unverified"`
	Verified    []string `toml:"verified"`
	Unknown     []string `toml:"unknown"`
	// ExactAutomated and ExactManual are the app's own labels, which need no
	// cue.
	ExactAutomated []string `toml:"exact_automated"`
	ExactManual    []string `toml:"exact_manual"`
	// Short answers count only when the status was asked for.
	Short ShortStatuses `toml:"short"`
	// Cue before a status makes it one even inside a longer message ("it
	// says"); Block before it makes it none ("want to get").
	Cue   []string `toml:"cue"`
	Block []string `toml:"block"`
	// BlockAfter behind a status, in its clause, makes it none: "kab hoga", "mı".
	BlockAfter []string `toml:"block_after"`
	// NotStatus are longer phrases in which the words of a status mean something
	// else: "je refuse".
	NotStatus []string `toml:"not_status"`
}

// ShortStatuses are words that mean a status only as an answer: "passed".
type ShortStatuses struct {
	Unknown     []string `toml:"unknown"`
	UnderReview []string `toml:"under_review"`
	Automated   []string `toml:"under_review_automated"`
	Manual      []string `toml:"under_review_manual"`
	Rejected    []string `toml:"rejected"`
	Unverified  []string `toml:"unverified"`
	Verified    []string `toml:"verified"`
}

// ReasonWords tell why a review should be cancelled.
type ReasonWords struct {
	WrongDocument  []string `toml:"wrong_document"`
	SwitchDocument []string `toml:"switch_document"`
	AccountInfo    []string `toml:"account_info"`
	WrongInfo      []string `toml:"wrong_info"` // something typed in was wrong
	Major          []string `toml:"major"`      // words of a major error
	Minor          []string `toml:"minor"`
	Waiting        []string `toml:"waiting"`
	ChangedMind    []string `toml:"changed_mind"`
	Other          []string `toml:"other"`
	// Not before a reason or a status denies it. One of a single letter, in a
	// script without spaces, denies only what stands right behind it.
	Not []string `toml:"not"`
	// NotAfter right behind a reason, a status or a word for submitting denies
	// it: "değil", ではない. Only Small words may stand between.
	NotAfter []string `toml:"not_after"`
	// Short answers count only when the reason was asked for.
	Short ShortReasons `toml:"short"`
}

// ShortReasons are bare answers to "why?".
type ShortReasons struct {
	WrongDocument  []string `toml:"wrong_document"`
	SwitchDocument []string `toml:"switch_document"`
	AccountInfo    []string `toml:"account_info"`
	WrongInfo      []string `toml:"wrong_info"`
	Waiting        []string `toml:"waiting"`
	ChangedMind    []string `toml:"changed_mind"`
	Other          []string `toml:"other"`
}

// AnswerWords are the small answers.
type AnswerWords struct {
	Yes []string `toml:"yes"`
	No  []string `toml:"no"`
	// NoAsked answer only a yes/no question: "vazgeçtim", I changed my mind.
	NoAsked []string `toml:"no_asked"`
	// NoMarked make a yes a no when they are written with their marks: without
	// them they are the same letters ("đừng", do not; "đúng", right).
	NoMarked []string `toml:"no_marked"`
	// But behind a yes, with ButNot or a denial behind it, takes it back: "yes but
	// the time is wrong".
	But    []string `toml:"but"`
	ButNot []string `toml:"but_not"`
	// YesAlone and NoAlone answer only as a whole clause, with nothing beside
	// them but Small words, and not as a question: 好, but neither 你好 nor 好？.
	YesAlone []string `toml:"yes_alone"`
	NoAlone  []string `toml:"no_alone"`
	Small    []string `toml:"small"`
	// Question ends a clause that asks: 吗, "mı". An answer, Insist or
	// Transfer before it in the clause is none.
	Question []string `toml:"question"`

	Unsure []string `toml:"unsure"`
	Insist []string `toml:"insist"`
	// InsistShort insists only in a message of a few words ("anyway").
	InsistShort []string `toml:"insist_short"`
	Transfer    []string `toml:"transfer"` // the literal phrase of G4.3
	NotThat     []string `toml:"not_that"` // before Insist or Transfer: it is denied
}

// CountWords tell how often something happened.
type CountWords struct {
	Times    []string       `toml:"times"`   // "times"
	Adverbs  map[string]int `toml:"adverbs"` // "twice" = 2
	Ordinals map[string]int `toml:"ordinals"`
	// OrdinalMark before a number makes an ordinal of it: 第3次.
	OrdinalMark []string `toml:"ordinal_mark"`
	// OrdinalAfter: an ordinal stands behind its noun ("المرة الثالثة").
	OrdinalAfter bool `toml:"ordinal_after"`
	// Again before "once" and what happened: that is to come yet (再取消一次).
	Again []string `toml:"again"`
	// What happened, after or before "3 times" ...
	Cancel   []string `toml:"cancel"`
	Face     []string `toml:"face"`
	Rejected []string `toml:"rejected"`
	// ... and the nouns a number may stand right before: "2 rejections".
	Cancels    []string `toml:"cancels"`
	Faces      []string `toml:"faces"`
	Rejections []string `toml:"rejections"`
	Within24   []string `toml:"within_24h"`
}

// Decode reads one language's slots.toml. Unknown keys are refused.
func Decode(data []byte) (Words, error) {
	var w Words
	meta, err := toml.Decode(string(data), &w)
	if err != nil {
		return Words{}, fmt.Errorf("%w: %w", ErrWords, err)
	}
	if left := meta.Undecoded(); len(left) > 0 {
		return Words{}, fmt.Errorf("%w: unknown key %s", ErrWords, left[0])
	}
	return w, w.check()
}

func (w *Words) check() error {
	t := &w.Time
	switch {
	case t.Order != "dmy" && t.Order != "mdy" && t.Order != "ymd":
		return fmt.Errorf("%w: time.order must be dmy, mdy or ymd", ErrWords)
	case t.Clock != 12 && t.Clock != 24:
		return fmt.Errorf("%w: time.clock must be 12 or 24", ErrWords)
	case len(t.Weekdays) != 7:
		return fmt.Errorf("%w: time.weekdays must have 7 entries", ErrWords)
	case len(t.Months) != 12:
		return fmt.Errorf("%w: time.months must have 12 entries", ErrWords)
	}
	for word, s := range t.Spans {
		if _, _, ok := parseSpan(s); !ok {
			return fmt.Errorf("%w: time.spans: %q is %q, want a number and s, m, h, d or w", ErrWords, word, s)
		}
	}
	for _, d := range t.Days {
		if _, ok := partNames[d.Part]; d.Part != "" && !ok {
			return fmt.Errorf("%w: time.days: unknown part %q", ErrWords, d.Part)
		}
	}
	for _, zones := range []map[string]string{t.Zones, t.ZonesAsked} {
		for _, id := range zones {
			if zone := (Zone{ID: id}); zone.Location() == nil {
				return fmt.Errorf("%w: time.zones: unknown zone %q", ErrWords, id)
			}
		}
	}
	for _, p := range t.Parts {
		if _, ok := partNames[p.Part]; !ok {
			return fmt.Errorf("%w: time.parts: unknown part %q", ErrWords, p.Part)
		}
	}
	return nil
}

// Load reads `<lang>/slots.toml` for every language of a folder that has one,
// and says what is wrong with any.
func Load(files fs.FS) (map[string]Words, error) {
	names, err := fs.Glob(files, "*/slots.toml")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWords, err)
	}
	all := make(map[string]Words, len(names))
	for _, name := range names {
		if all[path.Dir(name)], err = load(files, name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func load(files fs.FS, name string) (Words, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return Words{}, fmt.Errorf("%w: %w", ErrWords, err)
	}
	w, err := Decode(data)
	if err == nil {
		err = w.check()
	}
	if err != nil {
		return Words{}, fmt.Errorf("%s: %w", name, err)
	}
	return w, nil
}
