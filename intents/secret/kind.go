package secret

// Kind names a kind of secret that was found.
type Kind string

// The kinds of secret.
const (
	Password    Kind = "password"
	OneTimeCode Kind = "one_time_code"
	SeedPhrase  Kind = "seed_phrase"
	PrivateKey  Kind = "private_key"
	APISecret   Kind = "api_secret"
	CardNumber  Kind = "card_number" // keeps its last four digits
	IDNumber    Kind = "id_number"   // keeps its last four characters
)

// Context is what the masker may know besides the words.
type Context struct {
	// AskedTime says that the bot just asked when something happened, so that
	// a message of nothing but digits may be a date and is not a code.
	AskedTime bool
}
