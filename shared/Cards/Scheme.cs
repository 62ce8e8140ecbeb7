namespace CloudPos.Cards;

/// <summary>A card scheme. The numbers are stored and sent; none is ever reused.</summary>
public enum Scheme
{
    Unknown = 0,
    Visa = 1,
    Mastercard = 2,
    Amex = 3,
    Discover = 4,
    Diners = 5,
    Jcb = 6,
    UnionPay = 7,
    Maestro = 8,
    Mir = 9,
}
