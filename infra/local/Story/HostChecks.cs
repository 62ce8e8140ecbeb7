using System.Text;
using CloudPos.Cards;
using CloudPos.Local.Cloud;

namespace CloudPos.Local.Story;

/// <summary>
/// What must be so besides when the story was played under the double of the Functions host.
/// </summary>
internal static class HostChecks
{
    private static readonly string[] Expected = ["RequestData", "RemoteDependencyData", "MessageData"];

    public static async Task Run(CheckList list, HostedOffice office, TimeProvider time)
    {
        list.None("answers that a Functions host could not bear", office.Host.Faults);
        list.Add("starts of the handler: the first, and one after each kill", 3, office.Host.Process.Starts);
        list.None(
            "dead letters", office.Cloud.Bus.Queues.SelectMany(queue => queue.Value.Dead
                .Select(message => $"{queue.Key} {message.MessageId}")));
        list.None(
            "triggers that a caller from outside can reach", await Reachable(office));
        // It is sent every few seconds, beside everything else.
        await Wait.Until(
            () => Task.FromResult(!Missing(office.Cloud.Insights).Any()), TimeSpan.FromMinutes(2), time);
        Telemetry(list, office.Cloud.Insights);
        list.Add(
            "kinds of keys in the vault", 4, office.Cloud.Vault.Names.Select(name => name.Split('-')[1])
                .Distinct().Count());
    }

    /// <summary>What an operator finds in Application Insights, and what nobody may find there.</summary>
    private static void Telemetry(CheckList list, InsightsDouble insights)
    {
        var items = insights.Items;
        list.None("kinds of telemetry that did not arrive", Missing(insights));
        list.Add("telemetry that came without the identity's token", 0, insights.Refused);
        var search = new CardSearch(DemoShop.CardNumbers());
        list.None(
            "clear test card numbers in telemetry",
            items.SelectMany(item => search.Find(Encoding.UTF8.GetBytes(item.ToJsonString()))
                .Select(found => $"{InsightsDouble.Kind(item)} at {found}")));
    }

    private static IEnumerable<string> Missing(InsightsDouble insights) =>
        Expected.Except(insights.Items.Select(InsightsDouble.Kind))!;

    private static async Task<IReadOnlyList<string>> Reachable(HostedOffice office)
    {
        using var http = new HttpClient { BaseAddress = new Uri(office.Address) };
        var reached = new List<string>();
        foreach (var path in new[] { "/sweep", "/apply-journal", "/api/sweep", "/api/apply-journal" })
        {
            using var answer = await http.PostAsync(path, new StringContent("{}"));
            if (answer.StatusCode != System.Net.HttpStatusCode.NotFound)
                reached.Add($"{path}: {(int)answer.StatusCode}");
        }
        return reached;
    }
}
