namespace CloudPos.Local.Story;

/// <summary>
/// What must be so besides when the story was played under the double of the Functions host.
/// </summary>
internal static class HostChecks
{
    public static async Task Run(CheckList list, HostedOffice office)
    {
        list.None("answers that a Functions host could not bear", office.Host.Faults);
        list.Add("starts of the handler: the first, and one after each kill", 3, office.Host.Process.Starts);
        list.None(
            "dead letters", office.Cloud.Bus.Queues.SelectMany(queue => queue.Value.Dead
                .Select(message => $"{queue.Key} {message.MessageId}")));
        list.None(
            "triggers that a caller from outside can reach", await Reachable(office));
        list.Add(
            "kinds of keys in the vault", 4, office.Cloud.Vault.Names.Select(name => name.Split('-')[1])
                .Distinct().Count());
    }

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
