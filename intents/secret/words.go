package secret

// Words are one language's words around secrets, in lower case. Each entry
// may have several words. A language without an entry for a field leaves it
// empty. The fields are decoded from the language's data by the caller.
type Words struct {
	// Password: "password", "pin": a value after "is", ":" or "=" is masked.
	Password []string `toml:"password"`
	// PasswordWeak: everyday words ("pass") that announce a password only
	// with ":" or "=".
	PasswordWeak []string `toml:"password_weak"`
	// Code announces a one-time code.
	Code []string `toml:"code"`
	// NotCode: with one of these before or after it, Code means something
	// else ("error code", "postal code").
	NotCode []string `toml:"not_code"`
	// Seed announces the words of a wallet, Key a private key, API a key or
	// token of a program.
	Seed []string `toml:"seed"`
	Key  []string `toml:"key"`
	API  []string `toml:"api"`
	// Is joins announcement and secret ("is", "was"); To joins them only if
	// what follows looks like a secret ("changed to").
	Is []string `toml:"is"`
	To []string `toml:"to"`
	// Fill may stand between announcement and Is: "for", "my", "account".
	Fill []string `toml:"fill"`
	// Ordinary words follow "password is" in ordinary speech ("wrong").
	Ordinary []string `toml:"ordinary"`
	// OrdinaryEndings end such words ("ed", "ing").
	OrdinaryEndings []string `toml:"ordinary_endings"`
	// Next begins the next clause, so that a plain word before it can be a
	// password: "and", "please".
	Next []string `toml:"next"`
	// Units are written together with a figure and make it no password: "min".
	Units []string `toml:"units"`
	// Ask asks somebody for something ("send me", "what is your"); AskNot makes
	// a sentence advice or a question about what happened ("never", "when").
	// Asked are further names of secrets as they stand beside Ask, bent as the
	// grammar wants it; AskJoin may stand around a secret's name in a question
	// of nothing else ("your", "please").
	Ask     []string `toml:"ask"`
	AskNot  []string `toml:"ask_not"`
	Asked   []string `toml:"asked"`
	AskJoin []string `toml:"ask_join"`
	// NotID stands before numbers that are no secret: "order", "ticket".
	NotID []string `toml:"not_id"`
	// Phone stands before telephone numbers.
	Phone []string `toml:"phone"`
	// Money stands before or after amounts: "usdt", "dollars".
	Money []string `toml:"money"`
}

// English returns the English words, the default of [New].
func English() Words {
	return Words{
		Password: []string{
			"password", "passwords", "passwort", "passwd", "pwd", "psw", "pswd", "pword", "passcode", "pass code",
			"pass word", "passphrase", "pass phrase", "pin", "pin code", "login password", "fund password",
			"log in password", "password1", "pasword", "passowrd", "passwrd", "login/pass", "login/password",
			"user/pass", "username/password", "email/password", "email/pass", "credentials",
		},
		PasswordWeak: []string{"pass", "pw", "login", "secret", "cvv", "cvc", "security answer"},
		Code: []string{
			"code", "otp", "2fa", "totp", "mfa", "verification code", "sms code", "auth code", "authenticator",
			"one time code", "one-time code", "one time password", "one-time password", "security code",
			"google code", "email code", "verify code", "login code", "confirmation code", "access code", "codes",
		},
		NotCode: []string{
			"error", "country", "zip", "postal", "post", "area", "promo", "promotion", "referral", "invite",
			"invitation", "qr", "sort", "swift", "dial", "dialing", "status", "discount", "coupon", "branch",
			"bank", "iban", "source", "response", "http", "bar", "currency", "dress", "version", "reason",
			"region", "bonus", "voucher", "gift", "rejection", "reject", "tax",
		},
		Seed: []string{
			"seed", "seed phrase", "seedphrase", "recovery phrase", "secret phrase", "mnemonic", "backup phrase",
			"mnemonic phrase", "recovery words", "secret recovery phrase", "seed words", "12 words", "24 words",
			"backup words", "recovery seed", "secret words", "wallet words", "wallet phrase",
		},
		Key: []string{"private key", "privatekey", "priv key", "privkey", "wallet key", "signing key"},
		API: []string{
			"api key", "apikey", "api_key", "api-key", "api secret", "apisecret", "api_secret", "api-secret",
			"secret key", "secret", "access token", "access_token", "token", "bearer", "authorization", "cookie",
			"session id", "sessionid", "session", "client secret", "client_secret", "refresh token",
			"refresh_token", "api token", "auth token", "key", "webhook secret", "x-mbx-apikey",
		},
		Is: []string{"is", "was", "are", "equals", "its", "it's", "it is", "here", "says", "shows", "i got is", "they sent is"},
		To: []string{"to", "as", "into", "with", "using", "use", "from"},
		Fill: []string{
			"for", "my", "the", "to", "of", "on", "in", "your", "this", "that", "account", "binance", "email", "gmail",
			"mail", "login", "app", "wallet", "exchange", "old", "new", "current", "and", "i", "use", "used", "set",
			"got", "received", "they", "you", "sent", "me", "from", "sms", "text", "google", "authenticator", "number",
			"which", "a", "an", "it", "just", "now", "again", "phone", "user", "username", "id", "hex", "wif", "live",
			"trading", "metamask", "trust", "ledger", "backup", "phrase", "words", "word", "hotmail", "yahoo", "outlook",
			"here", "is:", "have", "had", "chose", "site", "website", "field", "please", "check", "value",
		},
		Ordinary: []string{
			"not", "wrong", "right", "correct", "incorrect", "invalid", "valid", "ok", "okay", "fine", "good", "bad",
			"weak", "strong", "safe", "secure", "unsafe", "insecure", "same", "the", "a", "an", "my", "your", "his",
			"her", "their", "our", "different", "too", "very", "so", "still", "already", "also", "always", "never",
			"now", "no", "none", "unknown", "lost", "gone", "stolen", "hacked", "leaked", "compromised", "exposed",
			"known", "forgotten", "forgot", "old", "new", "unchanged", "changed", "reset", "expired", "required",
			"needed", "necessary", "mandatory", "optional", "short", "long", "simple", "complex", "easy", "hard",
			"difficult", "unique", "in", "on", "at", "with", "without", "by", "for", "from", "to", "of", "under",
			"being", "been", "be", "it", "this", "that", "what", "where", "why", "how", "when", "who", "which", "there",
			"here", "something", "nothing", "anything", "everything", "only", "just", "really", "quite", "all", "both",
			"and", "or", "but", "if", "because", "since", "then", "than", "as", "accepted", "rejected", "denied",
			"blocked", "locked", "saved", "stored", "sent", "working", "broken", "missing", "empty", "blank", "hidden",
			"visible", "shown", "asked", "requested", "available", "unavailable", "possible", "impossible", "enough",
			"true", "false", "yes", "sure", "unsure", "important", "private", "confidential", "secret", "protected",
			"encrypted", "written", "somewhere", "elsewhere", "about", "after", "before", "again", "ready", "set",
			"done", "mine", "yours", "hers", "theirs", "public", "dead", "late", "delayed", "useless", "useful",
			"annoying", "showing", "coming", "arriving", "reset?", "problem", "issue", "trouble", "help", "please",
			"link", "page", "email", "field", "box", "up", "down", "out", "off", "far", "ours", "i", "you", "he", "she",
			"we", "they", "have", "has", "had", "can", "cannot", "can't", "won't", "doesn't", "don't", "didn't",
			"isn't", "wasn't", "will", "would", "should", "could", "must", "may", "might", "do", "does", "did", "is",
			"was", "are", "were", "every", "each", "some", "any", "many", "much", "more", "less", "most", "least",
			"one", "two", "next", "last", "first", "second", "once", "twice", "okay?", "common", "default", "ideal",
			"perfect", "great", "awful", "terrible", "impossible?", "not:", "recovery", "reset.", "n/a", "na", "tbd",
			"failed", "failing", "stuck", "never.", "alright", "complicated", "unrelated", "irrelevant", "longer",
			"shorter", "stronger", "weaker", "better", "worse", "login", "password", "passwords", "username", "code",
			"reset/change", "change", "recover", "forgot/reset", "manager", "policy", "protection", "your@email.com",
			"through", "via", "per", "like", "until", "while", "such", "his/hers", "today", "yesterday", "tomorrow",
		},
		OrdinaryEndings: []string{"ed", "ing", "n't"},
		Next:            []string{"and", "but", "pls", "please", "thanks", "thank you", "thx"},
		Units: []string{
			"h", "hr", "hrs", "hour", "hours", "m", "min", "mins", "minute", "minutes", "s", "sec", "secs", "seconds", "d",
			"day", "days", "am", "pm", "st", "nd", "rd", "th", "x", "k", "utc", "digit", "digits", "char", "chars",
		},
		Ask: []string{
			"please send", "send me", "send us", "send your", "send over", "give me", "give us", "tell me", "tell us", "please share", "can you share", "could you share", "would you share", "share with me", "share with us", "please provide", "provide your", "provide me", "what is your", "what's your", "whats your",
			"what was your", "what are your", "what is the", "what's the", "i need", "we need", "i will need", "we will need", "i require",
			"we require", "can i have", "could i have", "may i have", "can i get", "could i get", "reply with", "respond with", "answer with",
			"type it here", "paste it", "paste your", "forward me", "forward us", "read me", "read out", "confirm your", "text me", "write me",
			"write down here", "submit your", "let me have", "let us have", "let me know your", "dictate", "show me", "message me",
		},
		AskNot: []string{
			"never", "not", "don't", "dont", "do not", "nobody", "no one", "none of us", "won't", "wont", "cannot", "can't", "without", "anyone",
			"anybody", "someone", "somebody", "did you", "have you", "has anyone", "did anyone", "if you", "when", "whether", "since", "changed",
			"forgot", "forgotten", "lost", "reset", "change your", "instead of", "no need", "keep",
		},
		Asked:   []string{"verification codes", "sms codes", "private keys", "recovery phrases", "seed phrases", "security codes", "login codes", "pins", "passcodes"},
		AskJoin: []string{"your", "the", "and", "or", "please", "pls", "ok", "so", "now", "account", "email", "login", "from", "sms", "text message"},
		NotID: []string{
			"order", "order id", "order no", "order number", "ticket", "ticket id", "ticket number", "uid", "user id",
			"txid", "tx", "tx id", "tx hash", "txhash", "hash", "transaction", "transaction id", "transaction hash",
			"case", "case id", "case number", "reference", "ref", "request id", "request", "order #", "trade id",
			"block", "contract", "address", "advertiser", "binance id", "pay id", "account id", "referral id",
		},
		Phone: []string{"phone", "tel", "telephone", "mobile", "cell", "whatsapp", "call", "phone number", "number is +"},
		Money: []string{
			"usdt", "usdc", "usd", "btc", "eth", "bnb", "eur", "gbp", "dollars", "dollar", "euros", "euro", "bucks",
			"idr", "vnd", "inr", "rub", "try", "krw", "jpy", "cny", "rmb", "brl", "ngn", "naira", "rupees", "rupiah",
			"dong", "won", "yen", "yuan", "sats", "satoshi", "shib", "pepe", "tokens", "coins", "xrp", "doge", "trx",
			"ltc", "sol", "ada", "busd", "fdusd", "points", "people", "users", "million", "billion", "cop", "ars",
			"amount", "rp", "rs", "price", "balance", "worth", "$", "€", "£", "¥", "₹", "₦", "₽", "₩", "₫", "₺",
		},
	}
}
