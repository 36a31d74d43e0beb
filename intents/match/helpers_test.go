package match

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// tiny is a little corpus of three intents and small talk outside them, made
// of a few words each so that training takes milliseconds.
func tiny() []Example {
	var out []Example
	add := func(label string, starts, ends []string) {
		for _, s := range starts {
			for _, e := range ends {
				out = append(out, Example{Label: label, Lang: "en", Text: s + " " + e})
			}
		}
	}
	add("cancel", []string{"please cancel", "i want to cancel", "can you cancel", "stop"}, []string{"my review", "the verification", "it now", "my submission", "the whole check", "this"})
	add("slow", []string{"why is it", "it is still", "how long is it", "my check is"}, []string{"taking so long", "pending", "under review", "slow", "waiting in the queue", "not done"})
	add("face", []string{"the camera", "face check", "my selfie", "the scan"}, []string{"fails", "does not see me", "is too dark", "says no match", "keeps failing", "never works"})
	add("oos", []string{"what is", "tell me", "do you like", "give me"}, []string{"the price of gold", "a joke", "the weather", "football", "your name", "a recipe for soup"})
	return out
}

var trained = sync.OnceValues(func() (*Model, error) {
	return Train(tiny(), Options{OOSLabel: "oos", Seed: 7, Hidden: 16, Source: [32]byte{1, 2, 3}, Cues: map[string][][]string{"en": {{"stolen"}, {"not me"}}}})
})

// tinyCues are the cues of tinyModel.
func tinyCues() map[string][]*Phrases {
	return map[string][]*Phrases{"en": {NewPhrases([]string{"stolen"}), NewPhrases([]string{"not me"})}}
}

func tinyModel(t testing.TB) *Model {
	t.Helper()
	m, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fourteen lists the languages of the product with a few plain lines each.
func fourteen() []Example {
	lines := map[string]string{
		"en": "please cancel my review|how long does the verification take|i sent the wrong document|thank you very much|where can i see the status|my face is not recognised|what happens to my photos|can i talk to a person",
		"es": "por favor cancela mi revisión|cuánto tarda la verificación|envié el documento equivocado|muchas gracias por todo|dónde puedo ver el estado|no reconoce mi cara|qué pasa con mis fotos|quiero hablar con una persona",
		"pt": "por favor cancele minha análise|quanto tempo demora a verificação|enviei o documento errado|muito obrigado por tudo|onde posso ver a situação|não reconhece meu rosto|o que acontece com minhas fotos|quero falar com uma pessoa",
		"fr": "merci d'annuler ma vérification|combien de temps prend la vérification|j'ai envoyé le mauvais document|merci beaucoup pour tout|où puis-je voir le statut|mon visage n'est pas reconnu|que deviennent mes photos|je veux parler à une personne",
		"de": "bitte brechen sie meine prüfung ab|wie lange dauert die prüfung|ich habe das falsche dokument geschickt|vielen dank für alles|wo kann ich den status sehen|mein gesicht wird nicht erkannt|was passiert mit meinen fotos|ich möchte mit einem menschen sprechen",
		"tr": "lütfen incelememi iptal edin|doğrulama ne kadar sürer|yanlış belgeyi gönderdim|çok teşekkür ederim|durumu nereden görebilirim|yüzüm tanınmıyor|fotoğraflarıma ne oluyor|bir kişiyle konuşmak istiyorum",
		"vi": "vui lòng hủy xét duyệt của tôi|xác minh mất bao lâu|tôi gửi nhầm giấy tờ|cảm ơn rất nhiều|tôi xem trạng thái ở đâu|không nhận diện được khuôn mặt|ảnh của tôi sẽ ra sao|tôi muốn nói chuyện với nhân viên",
		"id": "tolong batalkan peninjauan saya|berapa lama verifikasinya|saya mengirim dokumen yang salah|terima kasih banyak|di mana saya bisa melihat status|wajah saya tidak dikenali|apa yang terjadi dengan foto saya|saya ingin bicara dengan orang",
		"ru": "пожалуйста отмените проверку|сколько длится проверка", "zh": "请取消我的审核|审核要多久", "ja": "審査を取り消してください|どのくらいかかりますか",
		"ko": "심사를 취소해 주세요|얼마나 걸리나요", "ar": "الرجاء إلغاء المراجعة|كم يستغرق التحقق", "hi": "कृपया समीक्षा रद्द करें|सत्यापन में कितना समय लगता है",
	}
	var out []Example
	for lang, text := range lines {
		for i, s := range strings.Split(text, "|") {
			// Latin letters need a minimum of lines; repeat with another ending.
			for _, end := range []string{"", " ?", " !!"} {
				out = append(out, Example{Label: fmt.Sprint("label", i%2), Lang: lang, Text: s + end})
			}
		}
	}
	return out
}
