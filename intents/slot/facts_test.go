package slot

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParse_Email(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, c := range []struct {
		text string
		want *Email
	}{
		{"ana@gmail.com", &Email{Address: "ana@gmail.com"}},
		{"my email is Ana.B+kyc@Qq.com ok", &Email{Address: "Ana.B+kyc@Qq.com"}},
		{"mail:ana@mail.ru.", &Email{Address: "ana@mail.ru"}},
		{"<mailto:ana@yandex.ru>", &Email{Address: "ana@yandex.ru"}},
		{"(ana_1@163.com),", &Email{Address: "ana_1@163.com"}},
		{"邮箱是abc@qq.com谢谢", &Email{Address: "abc@qq.com"}},
		{"почта ana@mail.ru!", &Email{Address: "ana@mail.ru"}},
		{"O'Neil@proton.me", &Email{Address: "O'Neil@proton.me"}},
		{"a@b.co", &Email{Address: "a@b.co"}},
		{"x@xn--80ak6aa92e.xn--p1ai", &Email{Address: "x@xn--80ak6aa92e.xn--p1ai"}},
		{"ana@gmial.com", &Email{Address: "ana@gmial.com", Suggestion: "ana@gmail.com"}},
		{"ana@gmail.con", &Email{Address: "ana@gmail.con", Suggestion: "ana@gmail.com"}},
		{"ana@gmail.co", &Email{Address: "ana@gmail.co", Suggestion: "ana@gmail.com"}},
		{"ana@gmaill.com", &Email{Address: "ana@gmaill.com", Suggestion: "ana@gmail.com"}},
		{"ana@gamil.com", &Email{Address: "ana@gamil.com", Suggestion: "ana@gmail.com"}},
		{"ana@hotmial.com", &Email{Address: "ana@hotmial.com", Suggestion: "ana@hotmail.com"}},
		{"ana@outlok.com", &Email{Address: "ana@outlok.com", Suggestion: "ana@outlook.com"}},
		{"ana@yaho.com", &Email{Address: "ana@yaho.com", Suggestion: "ana@yahoo.com"}},
		{"ana@iclould.com", &Email{Address: "ana@iclould.com", Suggestion: "ana@icloud.com"}},
		{"ana@protonmial.com", &Email{Address: "ana@protonmial.com", Suggestion: "ana@protonmail.com"}},
		{"ana@naver.con", &Email{Address: "ana@naver.con", Suggestion: "ana@naver.com"}},
		{"ana@qq.con", &Email{Address: "ana@qq.con", Suggestion: "ana@qq.com"}},
		{"ana@163.con", &Email{Address: "ana@163.con", Suggestion: "ana@163.com"}},
		{"ana@gmail.com.", &Email{Address: "ana@gmail.com"}},
		// neighbours that are domains of their own
		{"ana@mail.com", &Email{Address: "ana@mail.com"}},
		{"ana@email.com", &Email{Address: "ana@email.com"}},
		{"ana@ymail.com", &Email{Address: "ana@ymail.com"}},
		{"ana@gmx.com", &Email{Address: "ana@gmx.com"}},
		{"ana@live.com", &Email{Address: "ana@live.com"}},
		{"ana@mycompany.com", &Email{Address: "ana@mycompany.com"}},
		{"ana@yahoo.com.br", &Email{Address: "ana@yahoo.com.br"}},
		{"ana@list.ru", &Email{Address: "ana@list.ru"}},
		{"ana@usp.br", &Email{Address: "ana@usp.br"}},
		{"old a@gmail.com new b@gmail.com", &Email{Address: "b@gmail.com", Candidates: []string{"a@gmail.com", "b@gmail.com"}}},
		{"a@gmail.com a@gmail.com", &Email{Address: "a@gmail.com"}},
		// no answers
		{"xxx@xxx.com", nil},
		{"name@example.com", nil},
		{"your@email.com", nil},
		{"p***@gmail.com", nil},
		{"@binance", nil},
		{"no mail", nil},
		{"a@b", nil},
		{"ana@@gmail.com", nil},
		{".@gmail.com", nil},
		{"ana@gmail..com", nil},
		{"ana@-gmail.com", nil},
		{strings.Repeat("a", 65) + "@gmail.com", nil},
	} {
		if got := p.Parse(c.text, Context{Now: noon}).Email; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestParse_EmailAttempt(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, c := range []struct {
		text string
		want *Email
	}{
		{"ana@gmail", &Email{Address: "ana@gmail", Suggestion: "ana@gmail.com"}},
		{"josé@gmail.com", &Email{Address: "josé@gmail.com", Suggestion: "jose@gmail.com"}},
		{"ana＠gmail.com", &Email{Address: "ana＠gmail.com", Suggestion: "ana@gmail.com"}},
		{"ana at gmail dot com", &Email{Address: "ana at gmail dot com", Suggestion: "ana@gmail.com"}},
		{"ana@work", &Email{Address: "ana@work"}},
		{"see you at nine", nil},
		{"ana@gmail.com", nil},
	} {
		if got := p.Parse(c.text, Context{Now: noon, Asked: KindEmail}).EmailAttempt; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestParse_Status(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, c := range []struct {
		text  string
		asked Kind
		want  string
	}{
		{"Under Review (Automated)", "", StatusAutomated},
		{"Under Review (Manual)", "", StatusManual},
		{"it shows under review (manual) now", "", StatusManual},
		{"the app says UNDER REVIEW ( Manual )", "", StatusManual},
		{"still under review", "", StatusUnderReview},
		{"It is still under review after 12 hours", "", StatusUnderReview},
		{"my kyc is pending", "", StatusUnderReview},
		{"pending", "", StatusUnderReview},
		{"it says unverified", "", StatusUnverified},
		{"it says not verified", "", StatusUnverified},
		{"Unverified", "", StatusUnverified},
		{"status: verified", "", StatusVerified},
		{"verified", KindStatus, StatusVerified},
		{"I'm already verified", "", StatusVerified},
		{"my kyc got rejected", "", StatusRejected},
		{"it was declined", "", StatusRejected},
		{"why was I rejected?", "", StatusRejected},
		{"it was rejected, now it is under review", "", StatusUnderReview},
		{"the screen shows automated review", "", StatusAutomated},
		{"can't find it", KindStatus, StatusUnknown},
		{"not sure", KindStatus, StatusUnknown},
		{"idk", KindStatus, StatusUnknown},
		{"I cannot see the status", "", StatusUnknown},
		{"manual", KindStatus, StatusManual},
		{"automated I think", KindStatus, StatusAutomated},
		{"failed", KindStatus, StatusRejected},
		{"not verified", KindStatus, StatusUnverified},
		{"one week and still not verified", "", ""},
		{"approved", KindStatus, StatusVerified},
		{"in progress", KindStatus, StatusUnderReview},
		{"put my status back to unverified please", "", ""},
		{"my friend got verified in 2 minutes", "", ""},
		{"is a bill from last year accepted", "", ""},
		{"almost two days passed", "", ""},
		{"usual time for a manual review", "", ""},
		{"cancellation failed?", "", ""},
		// not the status
		{"I want to get verified", "", ""},
		{"how do I get verified?", "", ""},
		{"what happens if it is rejected?", "", ""},
		{"will I be rejected?", "", ""},
		{"when will it be approved", "", ""},
		{"can I delete my account while under review?", "", ""},
		{"how long does the manual review take after the first 30 minutes", "", ""},
		{"face verification failed again", "", ""},
		{"hello", "", ""},
		{"not sure", "", ""},
		{"i was not rejected", "", ""},
	} {
		if got := p.Parse(c.text, Context{Now: noon, Asked: c.asked}).Status; got != c.want {
			t.Errorf("%q (asked %q): %q, want %q", c.text, c.asked, got, c.want)
		}
	}
}

func TestParse_Reason(t *testing.T) {
	t.Parallel()
	p := english(t)
	type want struct {
		reason, severity string
		wrongInfo        bool
	}
	for _, c := range []struct {
		text  string
		asked Kind
		want  want
	}{
		{"Uploaded wrong document", "", want{reason: ReasonWrongDocument}},
		{"I uploaded an expired passport", "", want{reason: ReasonWrongDocument}},
		{"my passport is expired", "", want{reason: ReasonWrongDocument}},
		{"sent the wrong photo", "", want{reason: ReasonWrongDocument}},
		{"Want to change document type", "", want{reason: ReasonSwitchDocument}},
		{"I want to use my passport instead", "", want{reason: ReasonSwitchDocument}},
		{"switch from ID to my passport", "", want{reason: ReasonSwitchDocument}},
		{"I registered with the wrong email", "", want{reason: ReasonAccountInfo}},
		{"wrong phone number on the account", "", want{reason: ReasonAccountInfo}},
		{"Major error in filled info", "", want{ReasonMajor, SeverityMajor, true}},
		{"completely wrong name", "", want{ReasonMajor, SeverityMajor, true}},
		{"I put someone else's birth date", "", want{ReasonMajor, SeverityMajor, true}},
		{"just a typo in my name", "", want{ReasonMinor, SeverityMinor, true}},
		{"one letter is wrong", "", want{ReasonMinor, SeverityMinor, true}},
		{"I misspelled my surname", "", want{ReasonMinor, SeverityMinor, true}},
		{"I entered a wrong date of birth", "", want{wrongInfo: true}},
		{"wrong name", KindReason, want{wrongInfo: true}},
		{"minor", KindSeverity, want{ReasonMinor, SeverityMinor, true}},
		{"it's major", KindSeverity, want{ReasonMajor, SeverityMajor, true}},
		{"not sure", KindSeverity, want{ReasonMinor, SeverityMinor, true}},
		{"it is not minor, it's major", KindSeverity, want{ReasonMajor, SeverityMajor, true}},
		{"only one digit", KindSeverity, want{ReasonMinor, SeverityMinor, true}},
		{"the whole name", KindSeverity, want{ReasonMajor, SeverityMajor, true}},
		{"tired of waiting", "", want{reason: ReasonWaiting}},
		{"it is taking too long", "", want{reason: ReasonWaiting}},
		{"too slow", KindReason, want{reason: ReasonWaiting}},
		{"I changed my mind", "", want{reason: ReasonChangedMind}},
		{"don't want it anymore", "", want{reason: ReasonChangedMind}},
		{"other", KindReason, want{reason: ReasonOther}},
		{"something else", KindReason, want{reason: ReasonOther}},
		{"it was rejected and they want something else", "", want{}},
		{"typo in my email when I signed up", "", want{reason: ReasonAccountInfo}},
		{"wrong passport number entered", "", want{wrongInfo: true}},
		{"uploaded a screenshot instead of the id", "", want{}},
		{"document", KindReason, want{reason: ReasonWrongDocument}},
		{"passport", KindReason, want{reason: ReasonSwitchDocument}},
		{"email", KindReason, want{reason: ReasonAccountInfo}},
		{"info", KindReason, want{wrongInfo: true}},
		{"wrong document and I changed my mind", "", want{reason: ReasonChangedMind}},
		{"typo and also a completely wrong name", "", want{ReasonMajor, SeverityMajor, true}},
		{"it was not the wrong document", "", want{}},
		{"document", "", want{}},
		{"my email is a@b.co", "", want{}},
		{"hello", KindReason, want{}},
	} {
		f := p.Parse(c.text, Context{Now: noon, Asked: c.asked})
		if got := (want{f.Reason, f.Severity, f.WrongInfo}); got != c.want {
			t.Errorf("%q (asked %q): %+v, want %+v", c.text, c.asked, got, c.want)
		}
	}
}

func TestParse_Answers(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, c := range []struct {
		text  string
		asked Kind
		want  Found
	}{
		{"yes", "", Found{YesNo: Yes}},
		{"Yes please!", KindConfirm, Found{YesNo: Yes}},
		{"yep, that's right", KindConfirm, Found{YesNo: Yes}},
		{"👍", KindConfirm, Found{YesNo: Yes}},
		{"ok", "", Found{YesNo: Yes}},
		{"that is correct", KindConfirm, Found{YesNo: Yes}},
		{"no", "", Found{YesNo: No}},
		{"Nope", "", Found{YesNo: No}},
		{"no thanks", KindConfirm, Found{YesNo: No}},
		{"not correct", KindConfirm, Found{YesNo: No}},
		{"I sent it anyway, the picture is too dark", "", Found{}},
		{"can I still cancel?", "", Found{}},
		{"I can't find where to cancel the review", "", Found{}},
		{"no, cancel it anyway", "", Found{YesNo: No, Insists: true}},
		{"yes, cancel it", "", Found{YesNo: Yes, Insists: true}},
		{"cancel it anyway", "", Found{Insists: true}},
		{"I don't care, cancel", "", Found{Insists: true}},
		{"just do it", "", Found{Insists: true}},
		{"I still want to", "", Found{Insists: true}},
		{"don't cancel it anyway", "", Found{YesNo: No}},
		{"not sure", "", Found{Unsure: true}},
		{"I don't know", KindStatus, Found{Unsure: true, Status: StatusUnknown}},
		{"no idea", "", Found{Unsure: true}},
		{"transfer to agent", "", Found{Transfer: true}},
		{"Transfer to Agent!!", "", Found{Transfer: true}},
		{"please transfer me to an agent", "", Found{YesNo: Yes, Transfer: true}},
		{"don't transfer to agent", "", Found{YesNo: No}},
		{"yes but the time is wrong", KindConfirm, Found{}},
		{"yes, but not the email", KindConfirm, Found{}},
		{"yes, but please hurry", KindConfirm, Found{YesNo: Yes}},
		{"manual or automatic, not sure", KindStatus, Found{Unsure: true, Status: StatusUnknown}},
		{"how do I see my balance", "", Found{}},
		{"ok how do I cancel a review that I submitted by mistake this week", "", Found{}},
		{"", "", Found{}},
	} {
		if got := p.Parse(c.text, Context{Now: noon, Asked: c.asked}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q (asked %q):\n%+v, want\n%+v", c.text, c.asked, got, c.want)
		}
	}
}

func TestParse_Counts(t *testing.T) {
	t.Parallel()
	p := english(t)
	n := func(v int) *int { return &v }
	for _, c := range []struct {
		text string
		want Counts
	}{
		{"third time I cancel", Counts{Cancellations: n(2)}},
		{"this is the 4th time I'm cancelling", Counts{Cancellations: n(3)}},
		{"I cancelled twice", Counts{Cancellations: n(2)}},
		{"cancelled 3 times already", Counts{Cancellations: n(3)}},
		{"I have cancelled five times today", Counts{Cancellations: n(5), Cancellations24h: n(5)}},
		{"rejected twice", Counts{Rejections: n(2)}},
		{"it was rejected 3 times", Counts{Rejections: n(3)}},
		{"two rejections", Counts{Rejections: n(2)}},
		{"several times rejected", Counts{Rejections: n(2)}},
		{"rejected for the third time", Counts{Rejections: n(3)}},
		{"face check failed 3 times", Counts{FaceFailures: n(3)}},
		{"failed facial recognition twice", Counts{FaceFailures: n(2)}},
		{"3 face recognition failures", Counts{FaceFailures: n(3)}},
		{"rejected twice, face check failed 4 times", Counts{Rejections: n(2), FaceFailures: n(4)}},
		{"I cancelled once", Counts{Cancellations: n(1)}},
		{"what happens once cancelled", Counts{}},
		{"once it is cancelled, how long do I wait", Counts{}},
		{"how many times can I cancel", Counts{}},
		{"how can one cancel this", Counts{}},
		{"how 2 cancel", Counts{}},
		{"I waited 3 times longer", Counts{}},
		{"cancel my review please", Counts{}},
		{"I have 3 accounts", Counts{}},
		{"rejected", Counts{}},
	} {
		if got := p.Parse(c.text, Context{Now: noon}).Counts; !reflect.DeepEqual(got, c.want) {
			a, _ := json.Marshal(got)
			t.Errorf("%q: %s", c.text, a)
		}
	}
}

func TestParse_Template(t *testing.T) {
	t.Parallel()
	p, bogota := english(t), zone(t, "America/Bogota")
	const open = "Hello, I would like to cancel my currently under-review KYC application. "
	at := time.Date(2026, 11, 22, 14, 10, 0, 0, time.UTC)
	told := &Time{At: at, Precision: PrecisionMinute, Said: "2026-11-22 09:10", Heard: noon, Lang: "en"}
	for _, c := range []struct {
		text string
		want Found
	}{
		{ // as it comes
			open + "The reason is [Uploaded wrong document / Want to change document type / Major error in filled info]. Please assist.\n\nRegistered Email: xxx@xxx.com Submission Time: [YYYY-MM-DD HH:MM] Current Status: Under Review",
			Found{Status: StatusUnderReview, Template: true, Placeholders: []Kind{KindEmail, KindReason, KindTime}},
		},
		{ // filled in
			open + "The reason is Uploaded wrong document. Please assist.\n\nRegistered Email: Ana@Mail.ru Submission Time: 2026-11-22 09:10 Current Status: Under Review (Manual)",
			Found{Email: &Email{Address: "Ana@Mail.ru"}, Time: told, Status: StatusManual, Reason: ReasonWrongDocument, Template: true},
		},
		{ // filled in, brackets left
			open + "The reason is [Want to change document type]. Please assist.\nRegistered Email: [ana@mail.ru]\nSubmission Time: [2026-11-22 09:10]\nCurrent Status: [Under Review (Automated)]",
			Found{Email: &Email{Address: "ana@mail.ru"}, Time: told, Status: StatusAutomated, Reason: ReasonSwitchDocument, Template: true},
		},
		{ // some of it
			open + "The reason is [Major error in filled info]. Registered Email: ana@mail.ru Submission Time: YYYY-MM-DD HH:MM Current Status: not sure",
			Found{Email: &Email{Address: "ana@mail.ru"}, Status: StatusUnknown, Reason: ReasonMajor, Severity: SeverityMajor, WrongInfo: true, Template: true, Placeholders: []Kind{KindTime}},
		},
		{ // only the fields
			"Email: [email]\nTime: 40 min ago\nStatus: pending\nReason: changed my mind",
			Found{
				Time:   &Time{At: noon.Add(-40 * time.Minute), Relative: true, Precision: PrecisionMinute, Said: "40 min ago", Heard: noon, Lang: "en"},
				Status: StatusUnderReview, Reason: ReasonChangedMind, Template: true, Placeholders: []Kind{KindEmail},
			},
		},
	} {
		if got := p.Parse(c.text, Context{Now: noon, Zone: bogota}); !reflect.DeepEqual(got, c.want) {
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(c.want)
			t.Errorf("%q:\n got %s\nwant %s", c.text[:40], a, b)
		}
	}
}

func TestParseZone(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, c := range []struct {
		text string
		want *Zone
	}{
		{"America/Bogota", &Zone{ID: "America/Bogota"}},
		{"america/argentina/buenos_aires", &Zone{ID: "America/Argentina/Buenos_Aires"}},
		{"UTC+3", &Zone{ID: "UTC+03:00"}},
		{"utc +5:30", &Zone{ID: "UTC+05:30"}},
		{"UTC−5", &Zone{ID: "UTC-05:00"}},
		{"GMT-5", &Zone{ID: "UTC-05:00"}},
		{"GMT+0530", &Zone{ID: "UTC+05:30"}},
		{"UTC", &Zone{ID: "UTC"}},
		{"+03:00", &Zone{ID: "UTC+03:00"}},
		{"EST", &Zone{ID: "America/New_York"}},
		{"est", &Zone{ID: "America/New_York"}},
		{"CET", &Zone{ID: "Europe/Berlin"}},
		{"IST", &Zone{Candidates: []string{"Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"}}},
		{"CST", &Zone{Candidates: []string{"Asia/Shanghai", "America/Chicago"}}},
		{"Bogota", &Zone{ID: "America/Bogota"}},
		{"bogotá", &Zone{ID: "America/Bogota"}},
		{"I live in São Paulo", &Zone{ID: "America/Sao_Paulo"}},
		{"Lagos time", &Zone{ID: "Africa/Lagos"}},
		{"Nigeria", &Zone{ID: "Africa/Lagos"}},
		{"Ho Chi Minh City", &Zone{ID: "Asia/Ho_Chi_Minh"}},
		{"Vietnam", &Zone{ID: "Asia/Ho_Chi_Minh"}},
		{"Turkey", &Zone{ID: "Europe/Istanbul"}},
		{"New York", &Zone{ID: "America/New_York"}},
		{"Beijing", &Zone{ID: "Asia/Shanghai"}},
		{"USA", &Zone{Candidates: []string{"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"}}},
		{"UTC+25", &Zone{ID: "UTC"}},
		{"somewhere", nil},
		{"", nil},
	} {
		got := p.ParseZone(c.text, "en")
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
		if got != nil && (got.ID != "") != (got.Location() != nil) {
			t.Errorf("%q: %+v has location %v", c.text, got, got.Location())
		}
	}
}

func TestParse_ZoneUnasked(t *testing.T) {
	t.Parallel()
	p := english(t)
	for text, want := range map[string]*Zone{
		"my time zone is UTC+3":     {ID: "UTC+03:00"},
		"I am on Bogota time":       {ID: "America/Bogota"},
		"I moved to turkey":         nil,
		"cat pet met":               nil,
		"I can eat at that time":    nil,
		"in Lagos, my kyc is stuck": nil,
	} {
		if got := p.Parse(text, Context{Now: noon}).Zone; !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
