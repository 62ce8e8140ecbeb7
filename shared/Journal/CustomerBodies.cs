namespace CloudPos.Journal;

/// <summary>
/// A customer's data, whole, when they were added or changed. The entry holds the digest alone: name and
/// addresses lie beside it (<see cref="AttachmentKind.Customer"/>) and can be deleted.
/// </summary>
public sealed record CustomerWritten(Id Customer, string DataDigest, string Cashier)
    : EntryBody(EntryKind.CustomerWritten);

/// <summary>
/// The customer wants to be forgotten. Final: data written later by somebody who did not know is dropped.
/// </summary>
public sealed record CustomerErased(Id Customer, string Cashier) : EntryBody(EntryKind.CustomerErased);

/// <summary>Points given or taken by a person, with the reason.</summary>
public sealed record PointsAdjusted(Id Customer, long Points, string Reason, string Cashier)
    : EntryBody(EntryKind.PointsAdjusted);

/// <summary>What a customer's purchase did to their points.</summary>
/// <param name="Earned">Points for what was paid; zero or positive.</param>
/// <param name="Redeemed">Points that paid for the discount; zero or positive.</param>
/// <param name="RedeemedValue">The discount that they paid for; part of the lines' discounts.</param>
/// <param name="TierBasisPoints">The discount of the customer's tier; part of the lines' discounts.</param>
public sealed record SaleCustomer(
    Id Customer, long Earned, long Redeemed, Money RedeemedValue, int TierBasisPoints);

/// <summary>How a customer is found again; beside the entry, never in it.</summary>
/// <param name="Card">Number of a loyalty card of the shop's own.</param>
public sealed record CustomerData(string Name, string? Email, string? Telephone, string? Card)
{
    public const int TextLengthMax = 100;

    /// <summary>What is wrong with it as a sentence, or null.</summary>
    public string? Fault()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > TextLengthMax)
            return $"A customer has a name of 1 to {TextLengthMax} characters.";
        string?[] others = [Email, Telephone, Card];
        if (others.Any(text => text?.Length > TextLengthMax))
            return $"Address, telephone and card have at most {TextLengthMax} characters.";
        if ($"{Name}{Email}{Telephone}{Card}".Any(char.IsControl))
            return "Customers' data have no control characters.";
        return Email is not null && !(Email.Contains('@', StringComparison.Ordinal) && Email.Length > 2)
            ? "The e-mail address is not one, such as name@example.com."
            : null;
    }
}
