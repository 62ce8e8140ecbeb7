using CloudPos.Functions.Bus;
using CloudPos.Wire;

namespace CloudPos.Functions.Hosting;

/// <summary>A function: something that runs when it is triggered. Its name is unique.</summary>
internal abstract record Function(string Name);

/// <summary>Runs on a call over HTTP.</summary>
/// <param name="Route">Begins with /api/, or is the root.</param>
/// <param name="BodyBytesMax">A longer body is refused before anything else is looked at.</param>
internal sealed record HttpFunction(
    string Name, string Method, string Route, Access Access, int BodyBytesMax,
    Func<IServiceProvider, HttpHandler> Handler) : Function(Name);

/// <summary>Runs on a doorbell. The handler bears being run twice, at the same time too.</summary>
internal sealed record QueueFunction(
    string Name, string Queue, int MaxConcurrentCalls,
    Func<IServiceProvider, Func<Doorbell, CancellationToken, Task>> Handler) : Function(Name);

/// <summary>Runs on a schedule in UTC: six fields, seconds first.</summary>
/// <param name="HostedSchedule">
/// Under the Functions host, where each run is paid for; often the same.
/// </param>
internal sealed record TimerFunction(
    string Name, string Schedule, string HostedSchedule,
    Func<IServiceProvider, Func<CancellationToken, Task>> Handler) : Function(Name);

/// <summary>
/// All functions of the back office. Whoever hosts them reads this table: the standalone host maps routes,
/// queues and timers from it, and the descriptions that the Functions host wants are made from it too.
/// </summary>
internal sealed class FunctionTable
{
    private readonly List<Function> _functions = [];

    public IReadOnlyList<Function> All => _functions;

    public void Http<T>(
        string name, string method, string route, Access access, Func<T, HttpHandler> handler,
        int bodyBytesMax = WireContract.JsonBytesMax) where T : notnull
    {
        if (route != "/" && !route.StartsWith("/api/", StringComparison.Ordinal))
            throw new ArgumentException("Only the root and what is under /api/ is public.", nameof(route));
        Add(new HttpFunction(
            name, method, route, access, bodyBytesMax, services =>
                handler(services.GetRequiredService<T>())));
    }

    public void Queue<T>(
        string queue, int maxConcurrentCalls, Func<T, Func<Doorbell, CancellationToken, Task>> handler)
        where T : notnull =>
        Add(new QueueFunction(
            queue, queue, maxConcurrentCalls, services => handler(services.GetRequiredService<T>())));

    public void Timer<T>(
        string name, string schedule, Func<T, Func<CancellationToken, Task>> handler,
        string? hostedSchedule = null)
        where T : notnull =>
        Add(new TimerFunction(
            name, schedule, hostedSchedule ?? schedule,
            services => handler(services.GetRequiredService<T>())));

    private void Add(Function function)
    {
        if (_functions.Exists(other => other.Name == function.Name))
            throw new ArgumentException($"There are two functions '{function.Name}'.");
        _functions.Add(function);
    }
}
