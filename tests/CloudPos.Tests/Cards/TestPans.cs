using CloudPos.Cards;

namespace CloudPos.Tests.Cards;

/// <summary>Card numbers that payment companies publish for testing; no account belongs to any.</summary>
public static class TestPans
{
    public static readonly (string Number, Scheme Scheme)[] All =
    [
        ("4242424242424242", Scheme.Visa),
        ("4012888888881881", Scheme.Visa),
        ("4000056655665556", Scheme.Visa),
        ("4222222222222", Scheme.Visa),
        ("4111111111111111", Scheme.Visa),
        ("4988438843884305", Scheme.Visa),
        ("4761739001010119", Scheme.Visa),
        ("4000000000000002", Scheme.Visa),
        ("4000000000009995", Scheme.Visa),
        ("4000000000009987", Scheme.Visa),
        ("4000000000009979", Scheme.Visa),
        ("4000000000000069", Scheme.Visa),
        ("4000000000000119", Scheme.Visa),
        ("5555555555554444", Scheme.Mastercard),
        ("2223003122003222", Scheme.Mastercard),
        ("5200828282828210", Scheme.Mastercard),
        ("5105105105105100", Scheme.Mastercard),
        ("5100290029002909", Scheme.Mastercard),
        ("5577000055770004", Scheme.Mastercard),
        ("5413330089020011", Scheme.Mastercard),
        ("378282246310005", Scheme.Amex),
        ("371449635398431", Scheme.Amex),
        ("370000000000002", Scheme.Amex),
        ("6011111111111117", Scheme.Discover),
        ("6011000990139424", Scheme.Discover),
        ("3056930009020004", Scheme.Diners),
        ("36227206271667", Scheme.Diners),
        ("3566002020360505", Scheme.Jcb),
        ("6200000000000005", Scheme.UnionPay),
        ("6205500000000000004", Scheme.UnionPay),
    ];

    public static TheoryData<string, Scheme> Rows => new(All.Select(row => (row.Number, row.Scheme)));
}
