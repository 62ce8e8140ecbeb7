namespace CloudPos.Tests.Local;

/// <summary>
/// Published test cards by name, so that no test's name, and so no test report, holds a number.
/// </summary>
internal static class TestCards
{
    private static readonly Dictionary<string, string> ByName = new()
    {
        ["visa"] = "4242424242424242",
        ["mastercard"] = "5555555555554444",
        ["declined, generic"] = "4000000000000002",
        ["declined, insufficient funds"] = "4000000000009995",
        ["declined, lost"] = "4000000000009987",
        ["declined, stolen"] = "4000000000009979",
        ["declined, expired"] = "4000000000000069",
        ["declined, processing error"] = "4000000000000119",
        ["silent until its repeat"] = "4000056655665556",
        ["answered twice"] = "5105105105105100",
        ["dropped"] = "5200828282828210",
        ["has five"] = "5577000055770004",
        ["late"] = "2223003122003222",
    };

    public static string Pan(string name) => ByName[name];
}
