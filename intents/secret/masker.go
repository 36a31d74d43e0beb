package secret

// Masker finds and masks secrets. It is safe for concurrent use.
type Masker struct {
	triggers trie
	asks     []trie // of what goes out, one a language: names of secrets and what asks for them
	endings  []string
	units    map[string]bool
	lists    map[string][]place // BIP-39 word → its places in the lists
	common   map[string]bool    // English list words of ordinary speech
}

// New makes a masker that knows the trigger words of the given languages, all
// of them at once: people do not announce in which language they leak. None
// given means [English].
func New(langs ...Words) *Masker {
	if len(langs) == 0 {
		langs = []Words{English()}
	}
	m := &Masker{lists: bip39Words(), common: commonWords(), units: map[string]bool{}}
	for _, w := range langs {
		m.triggers.add(w.Password, isPassword)
		m.triggers.add(w.PasswordWeak, isPasswordWeak)
		m.triggers.add(w.Code, isCode)
		m.triggers.add(w.NotCode, isNotCode)
		m.triggers.add(w.Seed, isSeed)
		m.triggers.add(w.Key, isKey)
		m.triggers.add(w.API, isAPI)
		m.triggers.add(w.Is, isIs)
		m.triggers.add(w.To, isTo)
		m.triggers.add(w.Fill, isFill)
		m.triggers.add(w.Ordinary, isOrdinary)
		m.triggers.add(w.NotID, isNotID)
		m.triggers.add(w.Phone, isPhone)
		m.triggers.add(w.Money, isMoney)
		m.triggers.add(w.Next, isNext)
		for _, u := range w.Units {
			m.units[string(view(u).low)] = true
		}
		if len(w.Ask) > 0 {
			m.asks = append(m.asks, w.asking())
		}
		m.endings = append(m.endings, w.OrdinaryEndings...)
	}
	return m
}
