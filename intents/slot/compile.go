package slot

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Values of meanings that are not numbers of the language's own.
const (
	unitSecond int32 = iota
	unitMinute
	unitHour
	unitDay
	unitWeek
	unitMonth
)

// Parts of a day.
const (
	partNone int32 = iota
	partAM
	partPM
	partDawn
	partMorning
	partNoon
	partAfternoon
	partEvening
	partNight
	partMidnight
)

var partNames = map[string]int32{
	"am": partAM, "pm": partPM, "dawn": partDawn, "morning": partMorning, "noon": partNoon,
	"afternoon": partAfternoon, "evening": partEvening, "night": partNight, "midnight": partMidnight,
}

// Statuses by number, and the mark of the app's own labels.
const (
	statusUnknown int32 = iota
	statusUnderReview
	statusAutomated
	statusManual
	statusRejected
	statusUnverified
	statusVerified
	exact = 16
)

// Statuses and reasons by number, the more telling later and the one that
// wins first, respectively.
var (
	statuses = []string{
		StatusUnknown, StatusUnderReview, StatusAutomated, StatusManual,
		StatusRejected, StatusUnverified, StatusVerified,
	}
	// reasons stand in the order of the decision table's rows.
	reasons = []string{
		ReasonChangedMind, ReasonWaiting, ReasonMinor, ReasonWrongDocument,
		ReasonSwitchDocument, ReasonAccountInfo, ReasonMajor, ReasonOther,
	}
	labels = []Kind{KindEmail, KindTime, KindStatus, KindReason}
)

// compile makes a language ready for use, without some words.
func compile(lang string, w Words, l letters, without []string) *table {
	t := &table{
		lang: lang, letters: l, without: map[string]bool{}, ordinalAfter: w.Count.OrdinalAfter, suffixes: map[string]bool{}, endings: map[string]bool{},
		clock24: w.Time.Clock == 24, order: w.Time.Order, tens: w.Time.TenMultiplies, ones: w.Time.OnesFirst,
	}
	for _, s := range w.Answer.NoMarked {
		t.noMarked = append(t.noMarked, strings.ToLower(norm.NFC.String(s)))
	}
	for _, s := range without {
		t.without[t.key(s)] = true
	}
	for _, s := range w.Suffixes {
		t.suffixes[t.key(s)] = true
	}
	for _, s := range w.Prefixes {
		t.prefixes = append(t.prefixes, t.key(s))
	}
	for _, s := range w.Time.Endings {
		t.endings[t.key(s)] = true
	}
	t.dotDay = slices.Contains(w.Time.DayMark, ".")
	t.compileTime(&w.Time)
	for _, p := range t.prefixes {
		if k := t.known([]byte(p), 0, cNone); k.to == len(p) && (k.has(cAnd) || k.has(cPlus)) {
			t.joins = append(t.joins, p)
		}
	}
	t.compilePhrases(&w)
	return t
}

func (t *table) compileTime(w *TimeWords) {
	for word, v := range w.Numbers {
		t.time(cNumber, int32(v*100), word)
	}
	for word, s := range w.Spans {
		n, unit, _ := parseSpan(s)
		t.time(cSpan, int32(n*100)<<3|unit, word)
	}
	for word, v := range w.Toward {
		t.time(cToward, int32(v), word)
	}
	t.time(cToward, 30, w.HalfTo...)
	for word, v := range w.OfHour {
		t.time(cOfHour, int32(v), word)
	}
	t.time(cArticle, 0, w.Articles...)
	t.time(cBeen, 0, w.SoFar...)
	for unit, words := range [][]string{w.Second, w.Minute, w.Hour, w.Day, w.Week, w.Month} {
		t.time(cUnit, int32(unit), words...)
	}
	for _, day := range w.Days {
		t.time(cDay, int32(day.Offset+64)<<8|partNames[day.Part], day.Words...)
	}
	for _, p := range w.Parts {
		t.time(cPart, partNames[p.Part], p.Words...)
	}
	for i, words := range w.Weekdays {
		t.time(cWeekday, int32(i), words...)
	}
	for i, words := range w.Months {
		t.time(cMonth, int32(i+1), words...)
	}
	for cls, words := range map[class][]string{
		cAgo: w.Ago, cBeen: w.Been, cNotAgo: w.NotAgo, cNow: w.Now, cAbout: w.About, cLess: w.Less,
		cVague: w.Vague, cAnd: w.And, cFill: w.Fill, cLast: w.Last, cAt: w.At, cOclock: w.Oclock,
		cHalfPast: w.HalfPast, cHalfAfter: w.HalfAfter, cPast: w.Past, cTo: w.To,
		cPlus: w.Plus, cMinus: w.Minus, cQuarter: w.Quarter, cYearMark: w.YearMark,
		cMonthMark: w.MonthMark, cDayMark: w.DayMark, cZoneWord: w.ZoneWord,
		cBetween: w.Between, cLastWeek: w.LastWeek, cOclock24: w.Oclock24,
		cPastAfter: w.PastAfter, cToAfter: w.ToAfter, cLessAfter: w.LessAfter, cNotAgoAfter: w.NotAgoAfter,
		cNowAsked: w.NowAsked,
	} {
		t.time(cls, 0, words...)
	}
}

func (t *table) compilePhrases(w *Words) {
	s, r, a, c := &w.Status, &w.Reason, &w.Answer, &w.Count
	for i, words := range [][]string{s.Unknown, s.UnderReview, s.Automated, s.Manual, s.Rejected, s.Unverified, s.Verified} {
		t.phrase(cStatus, int32(i), words...)
	}
	t.phrase(cStatus, exact|statusAutomated, s.ExactAutomated...)
	t.phrase(cStatus, exact|statusManual, s.ExactManual...)
	t.phrase(cShortStatus, statusUnknown, s.Short.Unknown...)
	t.phrase(cShortStatus, statusUnderReview, s.Short.UnderReview...)
	t.phrase(cShortStatus, statusAutomated, s.Short.Automated...)
	t.phrase(cShortStatus, statusManual, s.Short.Manual...)
	t.phrase(cShortStatus, statusRejected, s.Short.Rejected...)
	t.phrase(cShortStatus, statusUnverified, s.Short.Unverified...)
	t.phrase(cShortStatus, statusVerified, s.Short.Verified...)
	t.phrase(cNouns, int32(cCancel), c.Cancels...)
	t.phrase(cNouns, int32(cFace), c.Faces...)
	t.phrase(cNouns, int32(cRejected), c.Rejections...)
	for i, words := range [][]string{r.ChangedMind, r.Waiting, nil, r.WrongDocument, r.SwitchDocument, r.AccountInfo, nil, r.Other} {
		t.phrase(cReason, int32(i), words...)
	}
	q := &r.Short
	for i, words := range [][]string{q.ChangedMind, q.Waiting, nil, q.WrongDocument, q.SwitchDocument, q.AccountInfo, nil, q.Other} {
		t.phrase(cShort, int32(i), words...)
	}
	for i, words := range [][]string{w.Template.Email, w.Template.Time, w.Template.Status, w.Template.Reason} {
		t.phrase(cLabel, int32(i), words...)
	}
	for word, v := range c.Adverbs {
		t.phrase(cAdverb, int32(v), word)
	}
	for word, v := range c.Ordinals {
		t.phrase(cOrdinal, int32(v), word)
	}
	for word, v := range w.Time.Numbers {
		t.phrase(cNumber, int32(v*100), word)
	}
	for cls, words := range map[class][]string{
		cSubmit: w.Time.Submit, cSubject: w.Time.Subject, cNotSubmit: w.Time.NotSubmit, cCue: s.Cue, cBlock: s.Block,
		cWrongInfo: r.WrongInfo, cShortWrongInfo: q.WrongInfo, cMajor: r.Major, cMinor: r.Minor, cNot: r.Not,
		cYes: a.Yes, cNo: a.No, cUnsure: a.Unsure, cInsist: a.Insist, cInsistShort: a.InsistShort, cTransfer: a.Transfer, cNotThat: a.NotThat,
		cYesAlone: a.YesAlone, cNoAlone: a.NoAlone, cSmall: a.Small, cQuestion: a.Question,
		cOrdinalMark: c.OrdinalMark, cAgain: c.Again,
		cNotAfter: r.NotAfter, cBlockAfter: s.BlockAfter, cNotStatus: s.NotStatus,
		cNoAsked: a.NoAsked, cBut: a.But, cButNot: a.ButNot,
		cTimes: c.Times, cCancel: c.Cancel, cFace: c.Face, cRejected: c.Rejected,
		cWithin24: c.Within24, cBeen: w.Time.Been,
	} {
		t.phrase(cls, 0, words...)
	}
}
